using System.Collections.Concurrent;
using System.Management.Automation;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Waits until it is stopped, and then tidies up before it returns.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Sample")]
public sealed class WaitSampleCommand : PSCmdlet, IDisposable
{
    private readonly ManualResetEventSlim stopped = new();

    [Parameter(Mandatory = true, Position = 0)]
    public string Label { get; set; } = "";

    /// <summary>Completed by the cmdlet of a label once it waits.</summary>
    public static ConcurrentDictionary<string, TaskCompletionSource> Started { get; } = new();

    /// <summary>The labels of those that tidied up.</summary>
    public static ConcurrentDictionary<string, bool> Tidied { get; } = new();

    public void Dispose() => stopped.Dispose();

    protected override void ProcessRecord()
    {
        WriteObject("waiting");
        Started[Label].SetResult();
        stopped.Wait();
        Tidied[Label] = Stopping;
        WriteObject("too late");
    }

    protected override void StopProcessing() => stopped.Set();
}
