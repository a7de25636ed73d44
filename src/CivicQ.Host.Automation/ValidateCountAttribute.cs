namespace System.Management.Automation;

/// <summary>The collection must have so many elements.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidateCountAttribute(int minLength, int maxLength) : ValidateArgumentsAttribute
{
    public int MinLength { get; } = minLength;

    public int MaxLength { get; } = maxLength;

    protected override void Validate(object? arguments, EngineIntrinsics? engineIntrinsics)
    {
        var count = PSObject.Unwrap(arguments) switch
        {
            null => 0,
            ICollection list => list.Count,
            IEnumerable items and not string => items.Cast<object?>().Count(),
            _ => throw new ValidationMetadataException("The ValidateCount attribute cannot be applied to a non-array parameter. Either remove the attribute from the parameter or make the parameter an array parameter.", "NotAnArrayParameter"),
        };
        if (MinLength == MaxLength && count != MaxLength)
        {
            throw new ValidationMetadataException($"The parameter requires exactly {MaxLength} value(s) - {count} value(s) were provided.", "ValidateCountExactFailure");
        }

        if (count < MinLength || count > MaxLength)
        {
            throw new ValidationMetadataException($"The parameter requires at least {MinLength} value(s) and no more than {MaxLength} value(s) - {count} value(s) were provided.", "ValidateCountMinMaxFailure");
        }
    }
}
