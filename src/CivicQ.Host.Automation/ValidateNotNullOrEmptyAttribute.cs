namespace System.Management.Automation;

/// <summary>Neither the value nor an element of it may be null or empty.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidateNotNullOrEmptyAttribute : NullValidationAttributeBase
{
    protected override void Validate(object? arguments, EngineIntrinsics? engineIntrinsics)
    {
        var value = PSObject.Unwrap(arguments);
        if (value is null or "" or IDictionary { Count: 0 })
        {
            throw new ValidationMetadataException("The argument is null or empty. Provide an argument that is not null or empty, and then try the command again.", "ArgumentIsEmpty");
        }

        if (Elements(arguments) is not { } list)
        {
            return;
        }

        var empty = true;
        foreach (var element in list)
        {
            empty = false;
            if (PSObject.Unwrap(element) is null or "")
            {
                throw new ValidationMetadataException("The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.", "ArgumentCollectionContainsNull");
            }
        }

        if (empty)
        {
            throw new ValidationMetadataException("The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.", "ArgumentIsEmpty");
        }
    }
}
