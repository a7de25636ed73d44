namespace System.Management.Automation;

/// <summary>The text must match a regular expression.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class ValidatePatternAttribute(string regexPattern) : ValidateEnumeratedArgumentsAttribute
{
    public string RegexPattern { get; } = regexPattern;

    public RegexOptions Options { get; set; } = RegexOptions.IgnoreCase;

    public string? ErrorMessage { get; set; }

    protected override void ValidateElement(object? element)
    {
        var text = Convert.ToString(element, CultureInfo.InvariantCulture) ?? string.Empty;
        if (!Regex.IsMatch(text, RegexPattern, Options))
        {
            var format = ErrorMessage ?? "The argument \"{0}\" does not match the \"{1}\" pattern. Supply an argument that matches \"{1}\" and try the command again.";
            throw new ValidationMetadataException(string.Format(CultureInfo.CurrentCulture, format, text, RegexPattern), "ValidatePatternFailure");
        }
    }
}
