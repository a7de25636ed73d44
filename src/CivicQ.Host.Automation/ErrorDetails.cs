namespace System.Management.Automation;

/// <summary>What is said of an error in place of its exception's message.</summary>
public class ErrorDetails(string? message)
{
    public string Message { get; } = message ?? string.Empty;

    public string RecommendedAction { get; set; } = string.Empty;

    public override string ToString() => Message;
}
