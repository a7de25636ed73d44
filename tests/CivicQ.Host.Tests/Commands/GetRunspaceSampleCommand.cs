using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace CivicQ.Host.Tests.Commands;

/// <summary>Waits for a fellow in another session, then says in which runspace it runs.</summary>
[Cmdlet(VerbsCommon.Get, "RunspaceSample")]
public sealed class GetRunspaceSampleCommand : PSCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Label { get; set; } = "";

    /// <summary>Where the fellows of a label meet.</summary>
    public static ConcurrentDictionary<string, Barrier> Meetings { get; } = new();

    protected override void ProcessRecord()
    {
        if (!Meetings[Label].SignalAndWait(TimeSpan.FromMinutes(1)))
        {
            throw new InvalidOperationException("Sessions do not run at the same time.");
        }

        WriteObject(Runspace.DefaultRunspace!.InstanceId);
    }
}
