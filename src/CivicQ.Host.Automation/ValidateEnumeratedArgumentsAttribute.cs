namespace System.Management.Automation;

/// <summary>Validates each element of a collection, or a single value.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class ValidateEnumeratedArgumentsAttribute : ValidateArgumentsAttribute
{
    protected abstract void ValidateElement(object? element);

    protected sealed override void Validate(object? arguments, EngineIntrinsics? engineIntrinsics)
    {
        if (arguments is null || AutomationNull.IsNull(arguments))
        {
            throw new ValidationMetadataException(
                "The argument is null, empty, or an element of the argument collection contains a null value. Supply a collection that does not contain any null values and then try the command again.",
                "ArgumentIsEmpty");
        }

        if (PSObject.Unwrap(arguments) is IEnumerable list and not string and not IDictionary)
        {
            foreach (var element in list)
            {
                ValidateElement(PSObject.Unwrap(element));
            }
        }
        else
        {
            ValidateElement(PSObject.Unwrap(arguments));
        }
    }
}
