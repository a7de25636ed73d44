namespace System.Management.Automation;

/// <summary>One completion.</summary>
public class CompletionResult
{
    public CompletionResult(string completionText)
        : this(completionText, completionText, CompletionResultType.Text, completionText)
    {
    }

    public CompletionResult(string completionText, string listItemText, CompletionResultType resultType, string toolTip)
    {
        CompletionText = Filled(completionText);
        ListItemText = Filled(listItemText);
        ResultType = resultType;
        ToolTip = Filled(toolTip);
    }

    public string CompletionText { get; }

    public string ListItemText { get; }

    public CompletionResultType ResultType { get; }

    public string ToolTip { get; }

    private static string Filled(string text) => string.IsNullOrEmpty(text) ? throw new PSArgumentNullException(nameof(text)) : text;
}
