namespace System.Management.Automation;

/// <summary>Neither the value nor an element of it may be null.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidateNotNullAttribute : NullValidationAttributeBase
{
    protected override void Validate(object? arguments, EngineIntrinsics? engineIntrinsics)
    {
        if (PSObject.Unwrap(arguments) is null)
        {
            throw new ValidationMetadataException("The argument is null. Provide a valid value for the argument, and then try running the command again.", "ArgumentIsNull");
        }

        if (Elements(arguments)?.Cast<object?>().Any(element => PSObject.Unwrap(element) is null) == true)
        {
            throw new ValidationMetadataException("The argument has a null value, or an element of the argument collection contains a null value. Provide a collection that does not contain any null values, and then try the command again.", "ArgumentIsNull");
        }
    }
}
