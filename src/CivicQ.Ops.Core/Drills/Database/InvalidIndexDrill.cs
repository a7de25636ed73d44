using System.Diagnostics;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Statistics;
using Npgsql;

namespace CivicQ.Ops.Core.Drills.Database;

/// <summary>A <c>CREATE INDEX CONCURRENTLY</c> was cancelled, and left an index behind that costs writes and serves nobody.</summary>
public sealed class InvalidIndexDrill : DatabaseDrill
{
    private const string Table = "videos";
    private const string Index = "ix_videos_created_at";
    private const string IsInvalid = "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass('ix_videos_created_at')";

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "InvalidIndex",
        Symptom = "An index was made yesterday, and queries are as slow as before.",
        Injection = $"begins CREATE INDEX CONCURRENTLY {Index} on {Table}, and cancels it",
        Hint = "Get-CivicQDatabaseStatistic -Index",
        Remedy = "Get-CivicQDatabaseStatistic -Environment lab -Index | Where-Object Problem -eq Invalid | Invoke-CivicQReindex",
        RemedyCmdlets = ["Invoke-CivicQReindex", "New-CivicQDatabaseIndex"],
        RemedyTrace = Index,
        Source = "runbook, Database Issues: add missing index",
    };

    /// <inheritdoc/>
    public override async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var blocker = await DatabaseConnector.OpenAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        await using var closingBlocker = blocker.ConfigureAwait(false);
        var builder = await DatabaseConnector.OpenAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        await using var closingBuilder = builder.ConfigureAwait(false);

        // The build waits for a transaction that writes to the table, with the index in the catalog already: that is when it is cancelled.
        await RunAsync(blocker, "BEGIN", cancellationToken).ConfigureAwait(false);
        await RunAsync(blocker, "UPDATE videos SET status = status WHERE id = (SELECT min(id) FROM videos)", cancellationToken).ConfigureAwait(false);
        var build = new NpgsqlCommand("CREATE INDEX CONCURRENTLY ix_videos_created_at ON videos (created_at)", builder) { CommandTimeout = 0 };
        await using var closingBuild = build.ConfigureAwait(false);
        var building = build.ExecuteNonQueryAsync(CancellationToken.None);
        var clock = Stopwatch.StartNew();
        try
        {
            while (await AskAsync<bool>(blocker, IsInvalid, cancellationToken).ConfigureAwait(false) is null && !building.IsCompleted)
            {
                if (clock.Elapsed > context.Timeout)
                {
                    throw Late(context, "CREATE INDEX CONCURRENTLY");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            build.Cancel();
            await EndAsync(building, builder).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var index = await FirstAsync(
            IndexReader.ReadAsync(context.Environment, null, null, [Table], healthy: true, cancellationToken), row => row.Index == Index, cancellationToken).ConfigureAwait(false);
        return index is null ? new DrillSighting(false, $"The index {Index} is not there.")
            : new DrillSighting(index.Problem == DatabaseIndexProblem.Invalid, $"The index {Index} of {Table} is {(index.IsValid ? "valid" : "invalid")}.");
    }

    /// <inheritdoc/>
    public override Task ClearAsync(DrillContext context, CancellationToken cancellationToken) =>
        UndoAsync(context, "DROP INDEX IF EXISTS ix_videos_created_at", cancellationToken);

    private static async Task EndAsync(Task building, NpgsqlConnection connection)
    {
        try
        {
            await building.ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
        {
            // As it should be.
        }
        catch (NpgsqlException error)
        {
            throw DatabaseReader.Translate(error, connection);
        }
    }
}
