namespace System.Management.Automation;

/// <summary>How and where a command was called.</summary>
public class InvocationInfo
{
    internal InvocationInfo()
    {
    }

    public Dictionary<string, object?> BoundParameters { get; } = new(StringComparer.OrdinalIgnoreCase);

    public CommandOrigin CommandOrigin { get; internal set; } = CommandOrigin.Runspace;

    public bool ExpectingInput { get; internal set; }

    public long HistoryId { get; internal set; } = -1;

    public string InvocationName { get; internal set; } = string.Empty;

    public string Line { get; internal set; } = string.Empty;

    public CommandInfo? MyCommand { get; internal set; }

    public int OffsetInLine { get; internal set; }

    public int PipelineLength { get; internal set; } = 1;

    public int PipelinePosition { get; internal set; } = 1;

    public string PositionMessage => string.Empty;

    public string PSCommandPath => string.Empty;

    public string PSScriptRoot => string.Empty;

    public int ScriptLineNumber { get; internal set; } = 1;

    public string ScriptName => string.Empty;

    public List<object> UnboundArguments { get; } = [];
}
