namespace System.Management.Automation.Internal;

/// <summary>Base of all cmdlets.</summary>
public abstract class InternalCommand
{
    internal ICommandRuntime? Runtime { get; set; }

    internal InvocationInfo Invocation { get; set; } = new();

    internal SessionState? State { get; set; }

    internal Host.PSHost? OwnHost { get; set; }

    internal string BoundParameterSetName { get; set; } = ParameterAttribute.AllParameterSets;

    internal object? CurrentPipelineObject { get; set; }

    internal volatile bool IsStopping;

    internal virtual void DoBeginProcessing()
    {
    }

    internal virtual void DoProcessRecord()
    {
    }

    internal virtual void DoEndProcessing()
    {
    }

    internal virtual void DoStopProcessing()
    {
    }
}
