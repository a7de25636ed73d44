using System.Management.Automation;
using CivicQ.Ops.Core.Database.Replication;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Shows how far replicas are behind: of a primary its replicas and slots, of a replica what it receives and replays.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQReplication")]
[OutputType(typeof(DatabaseReplication))]
public sealed class GetCivicQReplicationCommand : EnvironmentCmdlet
{
    /// <summary>Only these parts: replicas, slots, the receiver.</summary>
    [Parameter(Position = 0)]
    public ReplicationKind[]? Kind { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var (any, hidden) = (false, false);
        await foreach (var one in ReplicationReader.ReadAsync(context, cancellationToken).ConfigureAwait(false))
        {
            if (Kind is null || Kind.Contains(one.Kind))
            {
                any = true;
                hidden |= one.State is null;
                await WriteAsync(one, cancellationToken).ConfigureAwait(false);
            }
        }

        if (hidden)
        {
            Reporter.Warning(DatabaseWarnings.Hidden(context.Name, "the state of replication"));
        }

        if (!any)
        {
            Reporter.Verbose($"{context.Name}: the server is no replica, and has none, nor a slot for one, of what was asked for.");
        }
    }
}
