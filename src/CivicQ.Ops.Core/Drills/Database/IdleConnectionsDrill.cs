using CivicQ.Ops.Core.Database.Statistics;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>Idle connections fill the pool beyond the manual's 80 %.</summary>
public sealed class IdleConnectionsDrill : DatabaseDrill
{
    private const string Application = "civicq-worker";
    private const double Filled = 0.86;
    private const double Limit = 0.8;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "IdleConnections",
        Symptom = "Requests fail now and then: the database has hardly a connection left.",
        Injection = $"opens connections until {Filled * 100:0} % of the server's are in use, and leaves them idle",
        Hint = "Get-CivicQHealth Database, then Get-CivicQDatabaseSession -State Idle",
        Remedy = $"Get-CivicQDatabaseSession -Environment lab -State Idle -Application {Application} | Stop-CivicQDatabaseSession -Mode Terminate",
        RemedyCmdlets = ["Stop-CivicQDatabaseSession"],
        RemedyTrace = $"'{Application}'",
        Source = "runbook, Database Issues: connection exhaustion",
    };

    /// <inheritdoc/>
    public override async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var now = await StatisticAsync(context, cancellationToken).ConfigureAwait(false);
        var wanted = (int)Math.Ceiling((now.MaximumConnections - now.ReservedConnections) * Filled);
        await HoldAsync(context, cancellationToken, new LabHeldSession
        {
            Connection = Connection(context, Application), Count = Math.Max(1, wanted - now.ServerConnections), Statements = ["SELECT id, role FROM users WHERE id = 1"],
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var now = await StatisticAsync(context, cancellationToken).ConfigureAwait(false);
        return new DrillSighting(
            now.PoolUse >= Limit, $"{now.ServerConnections} of {now.MaximumConnections - now.ReservedConnections} connections are in use ({Measure.Format(now.PoolUse, MeasureUnit.Ratio)}).");
    }

    private static async Task<DatabaseStatistic> StatisticAsync(DrillContext context, CancellationToken cancellationToken) =>
        (await FirstAsync(StatisticReader.ReadAsync(context.Environment, [LabEnvironment.Database], TimeSpan.Zero, cancellationToken), _ => true, cancellationToken).ConfigureAwait(false))!;
}
