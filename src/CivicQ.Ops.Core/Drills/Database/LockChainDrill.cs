using System.Diagnostics;
using CivicQ.Ops.Core.Database.Locks;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>A transaction that was left open holds up a second one, that a third, that a fourth: a chain three deep.</summary>
public sealed class LockChainDrill : DatabaseDrill
{
    private const string Application = "civicq-moderation";
    private const int Depth = 3;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "LockChain",
        Symptom = "Moderators' changes hang; each new one hangs too.",
        Injection = "leaves a transaction open that holds a row of questions, with three sessions waiting, each for the one before",
        Hint = "Get-CivicQDatabaseLock",
        Remedy = "Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession",
        RemedyCmdlets = ["Stop-CivicQDatabaseSession"],
        RemedyTrace = $"'{Application}'",
        Source = "runbook, Database Issues: locks not granted",
    };

    /// <inheritdoc/>
    public override async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        // Each holds its own row and wants that of the one before; where it is let through it commits, as an application does.
        LabHeldSession Session(string own, string? other) => new()
        {
            Connection = Connection(context, Application),
            Statements = ["BEGIN", own],
            Then = other is null ? [] : [other, "COMMIT"],
        };
        await HoldAsync(
            context, cancellationToken,
            Session("UPDATE questions SET status = 'approved' WHERE id = 1", null),
            Session("UPDATE questions SET status = 'approved' WHERE id = 2", "UPDATE questions SET status = 'rejected' WHERE id = 1"),
            Session("UPDATE questions SET status = 'approved' WHERE id = 3", "UPDATE questions SET status = 'rejected' WHERE id = 2"),
            Session("UPDATE questions SET status = 'approved' WHERE id = 4", "UPDATE questions SET status = 'rejected' WHERE id = 3")).ConfigureAwait(false);

        // The whole chain stands at the start; afterwards any part of it is still the incident.
        var clock = Stopwatch.StartNew();
        while ((await WaitingAsync(context, cancellationToken).ConfigureAwait(false)).Count <= Depth)
        {
            if (clock.Elapsed > context.Timeout)
            {
                throw Late(context, "The chain of locks");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var waiting = await WaitingAsync(context, cancellationToken).ConfigureAwait(false);
        var root = waiting.Find(one => one.IsRoot);
        return new DrillSighting(waiting.Count > 0, root is null
            ? waiting.Count > 0 ? $"{waiting.Count} sessions wait for locks." : "Nobody waits for a lock."
            : $"Process {root.ProcessId} ({root.State}) holds up {root.Blocks} sessions, {waiting.Max(one => one.Depth)} deep.");
    }

    private static async Task<List<DatabaseLock>> WaitingAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var waiting = new List<DatabaseLock>();
        await foreach (var one in LockReader.ReadAsync(context.Environment, cancellationToken).ConfigureAwait(false))
        {
            if (one.Application == Application)
            {
                waiting.Add(one);
            }
        }

        return waiting;
    }
}
