using System.Globalization;
using CivicQ.Ops.Core.Database.Statistics;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>Two sessions take the same rows in opposite order, again and again: the server finds a deadlock each time, and ends one transaction.</summary>
public sealed class DeadlockDrill : DatabaseDrill
{
    private const string Application = "civicq-votes";
    private const string Before = "DeadlocksBefore";

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "Deadlock",
        Symptom = "Votes get lost: the application logs 'deadlock detected'.",
        Injection = "has two sessions change the same two questions in opposite order, again and again",
        Hint = "Get-CivicQDatabaseStatistic (Deadlocks, DeadlockRate), and Get-CivicQDatabaseLock while it happens",
        Remedy = $"Get-CivicQDatabaseSession -Environment lab -Application {Application} | Stop-CivicQDatabaseSession -Mode Terminate",
        RemedyCmdlets = ["Stop-CivicQDatabaseSession"],
        RemedyTrace = $"'{Application}'",
        Source = "runbook, Database Issues: deadlocks",
    };

    /// <inheritdoc/>
    public override async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        context.Notes[Before] = await DeadlocksAsync(context, cancellationToken).ConfigureAwait(false);
        LabHeldSession Voter(int first, int second) => new()
        {
            Connection = Connection(context, Application), Then = ["BEGIN", Vote(first), "SELECT pg_sleep(0.2)", Vote(second), "COMMIT"], Repeat = true,
        };
        await HoldAsync(context, cancellationToken, Voter(11, 12), Voter(12, 11)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var count = await DeadlocksAsync(context, cancellationToken).ConfigureAwait(false) - context.Notes[Before];
        var sessions = await SessionsAsync(context.Environment, Application, cancellationToken).ConfigureAwait(false);

        // With one of the two gone, no deadlock can come any more.
        return new DrillSighting(
            count > 0 && sessions.Count > 1, string.Create(CultureInfo.InvariantCulture, $"{count} deadlocks since the start; {sessions.Count} of the two sessions are still there."));
    }

    private static string Vote(int question) => string.Create(CultureInfo.InvariantCulture, $"UPDATE questions SET upvotes = upvotes + 1 WHERE id = {question}");

    private static async Task<long> DeadlocksAsync(DrillContext context, CancellationToken cancellationToken) =>
        (await FirstAsync(StatisticReader.ReadAsync(context.Environment, [LabEnvironment.Database], TimeSpan.Zero, cancellationToken), _ => true, cancellationToken).ConfigureAwait(false))?.Deadlocks ?? 0;
}
