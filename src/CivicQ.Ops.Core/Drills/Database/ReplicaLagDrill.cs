using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Replication;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>A report was left open on a replica; replay waits for it, and the replica falls behind.</summary>
public sealed class ReplicaLagDrill : DatabaseDrill
{
    private const string Application = "civicq-analytics";
    private const long LimitBytes = 1L << 20;

    private const string Create = """
        CREATE TABLE page_views (id bigserial PRIMARY KEY, path text NOT NULL, viewed_at timestamptz NOT NULL DEFAULT now());
        GRANT SELECT ON page_views TO civicq_api;
        INSERT INTO page_views (path) VALUES ('/')
        """;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "ReplicaLag",
        Symptom = "Reports show yesterday's figures.",
        Injection = $"makes a replica of the lab's database (the environment {LabEnvironment.ReplicaName}), leaves a report open there, and empties the table that it reads",
        Hint = $"Get-CivicQReplication, then Get-CivicQDatabaseSession -Environment {LabEnvironment.ReplicaName}",
        Remedy = $"Get-CivicQDatabaseSession -Environment {LabEnvironment.ReplicaName} -State IdleInTransaction | Stop-CivicQDatabaseSession -Mode Terminate",
        RemedyCmdlets = ["Stop-CivicQDatabaseSession"],
        RemedyTrace = $"'{Application}'",
        Source = "manual, Database Health: replication lag",
    };

    /// <inheritdoc/>
    public override async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        await RunAsync(context, cancellationToken, Create).ConfigureAwait(false);
        var state = context.State;
        var secret = await context.Environment.Secrets.ResolveAsync(new SecretReference(SecretScheme.File, context.Store.SecretFile("database")), cancellationToken).ConfigureAwait(false);
        context.Environment.Reporter.Verbose("Making a replica with pg_basebackup.");
        var port = await LabStandby.StartAsync(
            context.Store.Cluster(state), context.Environment.Environment.Database!.Port, secret,
            new Dictionary<string, string> { [LabState.Marker] = state.Id }, context.Timeout, cancellationToken).ConfigureAwait(false);
        context.Store.Change(now => now with { ReplicaPort = port });
        await AwaitTableAsync(context, cancellationToken).ConfigureAwait(false);
        await HoldAsync(context, cancellationToken, new LabHeldSession
        {
            Connection = LabHolder.Connection(context.Store, port, Application), Statements = ["BEGIN", "SELECT count(*) FROM page_views"],
        }).ConfigureAwait(false);

        // TRUNCATE takes the table for itself, on the replica too: there replay waits for whoever reads it, and all that follows waits behind.
        await RunAsync(
            context, cancellationToken, "TRUNCATE page_views",
            "INSERT INTO page_views (path) SELECT '/questions/' || i || '?' || repeat('x', 100) FROM generate_series(1, 20000) i").ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var replica = await FirstAsync(
            ReplicationReader.ReadAsync(context.Environment, cancellationToken),
            row => row is { Kind: ReplicationKind.Replica, Name: LabStandby.Name }, cancellationToken).ConfigureAwait(false);
        return replica is null
            ? new DrillSighting(true, "The replica is not connected.")
            : new DrillSighting(
                replica.LagBytes >= LimitBytes, string.Create(
                    CultureInfo.InvariantCulture, $"The replica is {Measure.Bytes(replica.LagBytes ?? 0)} behind{(replica.Delay is { } delay && delay > TimeSpan.Zero ? $", {Measure.Duration(delay)}" : "")}."));
    }

    /// <inheritdoc/>
    public override async Task ClearAsync(DrillContext context, CancellationToken cancellationToken)
    {
        context.Store.Change(now => now with { ReplicaPort = 0 });
        await LabStandby.StopAsync(context.Store.Cluster(context.State)).ConfigureAwait(false);
        await UndoAsync(context, "DROP TABLE IF EXISTS page_views", cancellationToken).ConfigureAwait(false);
    }

    // The table came after the copy was begun, perhaps: it is there once replay has come so far.
    private static async Task AwaitTableAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var environment = LabEnvironment.ReadReplica(context.Store) ?? throw DrillService.NoLab();
        var connection = await DatabaseConnector.OpenAsync(context.Environment with { Environment = environment }, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        while (await AskAsync<bool>(connection, "SELECT to_regclass('page_views') IS NOT NULL", cancellationToken).ConfigureAwait(false) != true)
        {
            if (clock.Elapsed > context.Timeout)
            {
                throw Late(context, "Replay");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken).ConfigureAwait(false);
        }
    }
}
