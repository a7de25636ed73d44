namespace System.Management.Automation;

/// <summary>A command has all that it wants: those before it in the pipeline end.</summary>
public sealed class StopUpstreamCommandsException(InternalCommand requestingCommand) : FlowControlException
{
    public InternalCommand RequestingCommand { get; } = requestingCommand;
}
