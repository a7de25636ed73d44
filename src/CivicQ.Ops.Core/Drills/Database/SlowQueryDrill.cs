using CivicQ.Ops.Core.Database.Queries;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>A statement that takes over a second is among the statistics, and one like it has been running for long.</summary>
public sealed class SlowQueryDrill : DatabaseDrill
{
    private const string Application = "civicq-report";

    // The same statement twice: the statistics leave the constants out.
    private const string Short = "SELECT count(*), pg_sleep(1.2) FROM votes v JOIN questions q ON q.id = v.question_id WHERE q.question_text ILIKE '%lead pipes%'";
    private const string Long = "SELECT count(*), pg_sleep(3600.0) FROM votes v JOIN questions q ON q.id = v.question_id WHERE q.question_text ILIKE '%bike lanes%'";

    // Only where there are statistics; 'pg_sleep' alone would forget what an operator tried.
    private const string Forget = """
        DO $$
        BEGIN
            IF to_regclass('pg_stat_statements') IS NOT NULL THEN
                PERFORM pg_stat_statements_reset(userid, dbid, queryid) FROM pg_stat_statements WHERE query LIKE 'SELECT count(*), pg_sleep(%) FROM votes v JOIN questions q%';
            END IF;
        END
        $$
        """;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "SlowQuery",
        Symptom = "A report does not come to its end; others like it take over a second.",
        Injection = "runs a statement that takes over a second, and one like it that does not come to its end",
        Hint = "Get-CivicQSlowQuery -MinimumMeanTime 00:00:01, and Get-CivicQDatabaseSession -State Active",
        Remedy = $"Get-CivicQDatabaseSession -Environment lab -State Active -Application {Application} | Stop-CivicQDatabaseSession -Mode Cancel",
        RemedyCmdlets = ["Stop-CivicQDatabaseSession"],
        RemedyTrace = $"'{Application}'",
        Source = "runbook, Database Issues: slow queries",
    };

    /// <inheritdoc/>
    public override Task InjectAsync(DrillContext context, CancellationToken cancellationToken) => HoldAsync(
        context, cancellationToken, new LabHeldSession { Connection = Connection(context, Application), Statements = [Short], Then = [Long] });

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var running = await SessionsAsync(context.Environment, Application, cancellationToken, DatabaseSessionState.Active).ConfigureAwait(false);
        var recorded = await RecordedAsync(context, cancellationToken).ConfigureAwait(false);
        return new DrillSighting(running.Count > 0, running.Count > 0
            ? $"Process {running[0].ProcessId} has been running its statement for {Measure.Duration(running[0].Running ?? TimeSpan.Zero)}.{recorded}"
            : $"No such statement is running.{recorded}");
    }

    /// <inheritdoc/>
    public override Task ClearAsync(DrillContext context, CancellationToken cancellationToken) => RunAsync(context, cancellationToken, Forget);

    private static async Task<string> RecordedAsync(DrillContext context, CancellationToken cancellationToken)
    {
        try
        {
            var slow = SlowQueryReader.ReadAsync(context.Environment, new SlowQueryRequest { MinimumMeanTime = TimeSpan.FromSeconds(1) }, cancellationToken);
            return await FirstAsync(slow, row => row.Query?.Contains("pg_sleep", StringComparison.Ordinal) == true, cancellationToken).ConfigureAwait(false) is { } found
                ? $" The statistics have it with {Measure.Duration(found.MeanTime)} on average."
                : " The statistics have none that takes over a second.";
        }
        catch (OperationException error) when (error.Definition == DatabaseErrors.StatementStatisticsNotInstalled)
        {
            return " The server keeps no statistics of statements.";
        }
    }
}
