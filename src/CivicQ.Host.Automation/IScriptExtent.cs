namespace System.Management.Automation.Language;

/// <summary>Where in a script something stands.</summary>
public interface IScriptExtent
{
    string? File { get; }

    int StartLineNumber { get; }

    int StartColumnNumber { get; }

    int EndLineNumber { get; }

    int EndColumnNumber { get; }

    int StartOffset { get; }

    int EndOffset { get; }

    string Text { get; }
}
