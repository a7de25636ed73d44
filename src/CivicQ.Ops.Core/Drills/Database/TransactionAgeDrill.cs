using System.Globalization;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Database.Statistics;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>A transaction that was left open keeps old rows from being frozen, while transaction ids are used up.</summary>
public sealed class TransactionAgeDrill : DatabaseDrill
{
    private const string Application = "civicq-export";
    private const string Before = "AgeBefore";

    // Real ids, and cheap ones: a small part of the 2,147,483,647 that there are, so the drill's limit is a small one too.
    private const int Used = 50_000;
    private const string Use = "DO $$ BEGIN FOR i IN 1..50000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$";

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "TransactionAge",
        Symptom = "The log warns of transaction-id wraparound, and VACUUM does not help.",
        Injection = "leaves a transaction open whose snapshot is old, and uses up 50,000 transaction ids",
        Hint = "Get-CivicQDatabaseStatistic (TransactionIdAge, OldestTable), and Get-CivicQDatabaseSession -State IdleInTransaction",
        Remedy = $"Get-CivicQDatabaseSession -Environment lab -State IdleInTransaction -Application {Application} | Stop-CivicQDatabaseSession -Mode Terminate; "
            + $"Get-CivicQDatabaseStatistic {LabEnvironment.Database} -Environment lab | Invoke-CivicQVacuum -Freeze -Schema public, pg_catalog, information_schema",
        RemedyCmdlets = ["Stop-CivicQDatabaseSession", "Invoke-CivicQVacuum"],
        Source = "runbook, Database Issues: regular VACUUM",
    };

    /// <inheritdoc/>
    public override async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        context.Notes[Before] = await AgeAsync(context, cancellationToken).ConfigureAwait(false);
        await HoldAsync(context, cancellationToken, new LabHeldSession
        {
            Connection = Connection(context, Application), Statements = ["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT count(*) FROM votes"],
        }).ConfigureAwait(false);
        await RunAsync(context, cancellationToken, Use).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var age = await AgeAsync(context, cancellationToken).ConfigureAwait(false);
        var holders = await SessionsAsync(context.Environment, Application, cancellationToken, DatabaseSessionState.IdleInTransaction).ConfigureAwait(false);
        var holder = holders.Count > 0 ? $" Process {holders[0].ProcessId} has had a transaction open for {Measure.Duration(holders[0].TransactionAge ?? TimeSpan.Zero)}." : "";
        return new DrillSighting(age >= Limit(context), string.Create(CultureInfo.InvariantCulture, $"The oldest transaction id is {age:#,0} old, at most {Limit(context):#,0} would be well.{holder}"));
    }

    // Ids that were in use before the drill are no part of it: what is new must be frozen.
    private static long Limit(DrillContext context) => Math.Min(context.Notes[Before], Used / 2) + (Used / 2);

    private static async Task<long> AgeAsync(DrillContext context, CancellationToken cancellationToken) =>
        (await FirstAsync(StatisticReader.ReadAsync(context.Environment, [LabEnvironment.Database], TimeSpan.Zero, cancellationToken), _ => true, cancellationToken).ConfigureAwait(false))?.TransactionIdAge ?? 0;
}
