namespace System.Management.Automation.Host;

/// <summary>One answer to a question.</summary>
public sealed class ChoiceDescription(string label, string helpMessage)
{
    public ChoiceDescription(string label)
        : this(label, string.Empty)
    {
    }

    public string Label { get; } = label;

    public string HelpMessage { get; set; } = helpMessage;
}
