namespace System.Management.Automation;

/// <summary>The value must be one of a set.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidateSetAttribute : ValidateEnumeratedArgumentsAttribute
{
    private readonly string[]? values;
    private readonly Type? generator;

    public ValidateSetAttribute(params string[] validValues)
    {
        ArgumentOutOfRangeException.ThrowIfZero(validValues.Length);
        values = validValues;
    }

    /// <param name="valuesGeneratorType">A type with a parameterless constructor that implements <c>IValidateSetValuesGenerator</c>.</param>
    public ValidateSetAttribute(Type valuesGeneratorType) => generator = valuesGeneratorType;

    public bool IgnoreCase { get; set; } = true;

    public string? ErrorMessage { get; set; }

    public IList<string> ValidValues => values ?? ((IValidateSetValuesGenerator)Activator.CreateInstance(generator!)!).GetValidValues();

    protected override void ValidateElement(object? element)
    {
        var text = Convert.ToString(element, CultureInfo.InvariantCulture) ?? string.Empty;
        var comparison = IgnoreCase ? StringComparison.InvariantCultureIgnoreCase : StringComparison.InvariantCulture;
        var all = ValidValues;
        if (!all.Any(value => string.Equals(value, text, comparison)))
        {
            var separator = CultureInfo.CurrentUICulture.TextInfo.ListSeparator;
            var format = ErrorMessage ?? "The argument \"{0}\" does not belong to the set \"{1}\" specified by the ValidateSet attribute. Supply an argument that is in the set and then try the command again.";
            throw new ValidationMetadataException(string.Format(CultureInfo.CurrentCulture, format, text, string.Join(separator, all)), "ValidateSetFailure");
        }
    }
}
