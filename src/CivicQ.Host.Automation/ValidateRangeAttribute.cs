namespace System.Management.Automation;

/// <summary>The value must lie between two bounds, both included.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidateRangeAttribute : ValidateEnumeratedArgumentsAttribute
{
    public ValidateRangeAttribute(object minRange, object maxRange)
    {
        MinRange = minRange;
        MaxRange = LanguagePrimitives.ConvertTo(maxRange, minRange.GetType())!;
    }

    public object MinRange { get; }

    public object MaxRange { get; }

    protected override void ValidateElement(object? element)
    {
        if (!LanguagePrimitives.TryConvertTo(element, MinRange.GetType(), out var value) || value is null)
        {
            throw new ValidationMetadataException(
                $"The argument cannot be validated because its type \"{element?.GetType().Name}\" is not the same type ({MinRange.GetType().Name}) as the maximum and minimum limits of the parameter. Make sure the argument is of type {MinRange.GetType().Name} and then try the command again.",
                "ValidationRangeElementType");
        }

        // A fraction is compared as what it is, not as what it rounds to.
        var (low, high) = element is double or float or decimal
            ? (LanguagePrimitives.Compare(MinRange, element), LanguagePrimitives.Compare(MaxRange, element))
            : (((IComparable)MinRange).CompareTo(value), ((IComparable)MaxRange).CompareTo(value));
        if (low > 0)
        {
            throw new ValidationMetadataException(
                $"The {Text(element)} argument is less than the minimum allowed range of {Text(MinRange)}. Supply an argument that is greater than or equal to {Text(MinRange)} and then try the command again.",
                "ValidateRangeTooSmall");
        }

        if (high < 0)
        {
            throw new ValidationMetadataException(
                $"The {Text(element)} argument is greater than the maximum allowed range of {Text(MaxRange)}. Supply an argument that is less than or equal to {Text(MaxRange)} and then try the command again.",
                "ValidateRangeTooBig");
        }
    }

    private static string? Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture);
}
