namespace System.Management.Automation;

/// <summary>Base of the checks for null and emptiness.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public abstract class NullValidationAttributeBase : ValidateArgumentsAttribute
{
    /// <summary>The elements of a collection argument; null when it is a single value.</summary>
    protected static IEnumerable? Elements(object? arguments) =>
        PSObject.Unwrap(arguments) is IEnumerable list and not string and not IDictionary ? list : null;
}
