using System.Management.Automation;

namespace CivicQ.Host.Fixture;

/// <summary>Waits until it is stopped.</summary>
[Cmdlet(VerbsLifecycle.Wait, "Fixture")]
public sealed class WaitFixtureCommand : PSCmdlet, IDisposable
{
    private readonly ManualResetEventSlim stopped = new();

    /// <summary>What happened, in order.</summary>
    public static List<string> Happened { get; } = [];

    /// <summary>Set when the cmdlet waits.</summary>
    public static ManualResetEventSlim Waiting { get; } = new();

    public void Dispose()
    {
        Happened.Add("disposed");
        stopped.Dispose();
    }

    protected override void ProcessRecord()
    {
        WriteVerbose("waiting");
        Waiting.Set();
        stopped.Wait();
        Happened.Add($"awaited {Stopping}");
        WriteObject("never seen");
    }

    protected override void EndProcessing() => Happened.Add("never ended");

    protected override void StopProcessing()
    {
        Happened.Add("stopped");
        stopped.Set();
    }
}
