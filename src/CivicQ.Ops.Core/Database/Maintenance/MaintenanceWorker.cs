using System.Diagnostics;
using CivicQ.Ops.Core.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Takes work from the queue, by a connection of its own, until there is none left.</summary>
/// <param name="server">The server.</param>
/// <param name="environment">The environment's name.</param>
/// <param name="database">The database's name.</param>
/// <param name="limits">Time-outs and their like.</param>
/// <param name="monitor">Who watches.</param>
internal sealed class MaintenanceWorker(MaintenanceServer server, string environment, string database, MaintenanceLimits limits, MaintenanceMonitor monitor) : IAsyncDisposable
{
    private const string TableNow = "SELECT pg_catalog.pg_total_relation_size($1::oid::regclass), 0::oid";

    // REINDEX CONCURRENTLY gives the name to another object.
    private const string IndexNow = """
        SELECT pg_catalog.pg_relation_size(c.oid), c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2
        """;

    // What VACUUM and ANALYZE say where they leave a table alone, by the functions that say it: the words are in the server's language.
    private static readonly string[] Skippers = ["vacuum_is_relation_owner", "vacuum_is_permitted_for_relation", "vacuum_open_relation", "vacuum_rel", "analyze_rel"];
    private static readonly TimeSpan CleaningTime = TimeSpan.FromSeconds(60);

    private readonly List<MaintenanceItem> unclean = [];
    private MaintenanceConnection? connection;
    private MaintenanceBackend? lost;

    /// <summary>What this worker could not clean up.</summary>
    public IReadOnlyList<MaintenanceItem> Unclean => unclean;

    /// <summary>The session that may still run, since its connection broke.</summary>
    public MaintenanceBackend? Lost => lost;

    /// <summary>Connects.</summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken) =>
        connection = await server.OpenAsync(limits.LockTimeout, limits.StatementTimeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Works until the queue is empty.</summary>
    public async Task RunAsync(MaintenanceQueue queue, Func<MaintenanceResult, CancellationToken, ValueTask> write, CancellationToken cancellationToken)
    {
        var after = new AfterLook(write);
        while (true)
        {
            var taking = queue.TakeAsync(cancellationToken);
            if (after.IsDue || !taking.IsCompleted)
            {
                await after.FlushAsync(connection, cancellationToken).ConfigureAwait(false);
            }

            if (await taking.ConfigureAwait(false) is not { } item)
            {
                break;
            }

            MaintenanceResult? result = null;
            try
            {
                result = await WorkAsync(item, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                queue.Return(item, again: result is null);
            }

            if (result is not null)
            {
                monitor.Finish(item);
            }

            if (result is { Outcome: MaintenanceOutcome.Done } && item.IsTable)
            {
                after.Add(item, result);
            }
            else if (result is not null)
            {
                await write(result, cancellationToken).ConfigureAwait(false);
            }
        }

        await after.FlushAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs one more statement on the worker's connection, where that is open.</summary>
    public async Task ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        if (connection is { IsOpen: true } open)
        {
            await open.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Null: it met a lock, and is to be tried again.
    private async Task<MaintenanceResult?> WorkAsync(MaintenanceItem item, CancellationToken cancellationToken)
    {
        if (item.SkipReason is { } reason)
        {
            return Result(item, MaintenanceOutcome.Skipped, reason);
        }

        var clock = Stopwatch.StartNew();
        try
        {
            await ReconnectAsync(cancellationToken).ConfigureAwait(false);
            monitor.Begin(connection!.Backend.ProcessId, item);
            return await AttemptAsync(connection, item, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            item.Spent += clock.Elapsed;
            return Result(item, MaintenanceOutcome.Failed, error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException && connection is not { IsOpen: true })
        {
            item.Spent += clock.Elapsed;
            Abandon(item);
            return Result(item, MaintenanceOutcome.Failed, $"The connection was lost: {error.Message}");
        }
        catch (PostgresException error)
        {
            item.Spent += clock.Elapsed;
            return await JudgeAsync(connection!, item, error, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(item).ConfigureAwait(false);
            throw;
        }
        finally
        {
            if (connection is not null)
            {
                monitor.Pause(connection.Backend.ProcessId);
            }
        }
    }

    private async Task<MaintenanceResult> AttemptAsync(MaintenanceConnection open, MaintenanceItem item, Stopwatch clock, CancellationToken cancellationToken)
    {
        if (item.Attempts > 0 && item.LeavesIndex)
        {
            await LeftoverIndexes.DropAsync(open, item, cancellationToken).ConfigureAwait(false);
        }

        if (item.BytesBefore is null && item.Action != MaintenanceAction.CreateIndex)
        {
            item.BytesBefore = (await MeasureAsync(open.Inner, item, cancellationToken).ConfigureAwait(false)).Bytes;
        }

        var warnings = await open.ExecuteAsync(item.Statement, cancellationToken).ConfigureAwait(false);
        item.Spent += clock.Elapsed;
        if (warnings.FirstOrDefault(warning => warning.SqlState == PostgresErrorCodes.UndefinedTable) is not null)
        {
            return Result(item, MaintenanceOutcome.Skipped, "It was dropped meanwhile.");
        }

        if (warnings.FirstOrDefault(warning => Skippers.Contains(warning.Routine, StringComparer.Ordinal)) is { } left)
        {
            return Result(item, MaintenanceOutcome.Skipped, left.MessageText);
        }

        var remark = warnings.Count == 0 ? null : warnings[0].MessageText;
        if (item.Action == MaintenanceAction.DropInvalidIndex)
        {
            return Result(item, MaintenanceOutcome.Done, remark) with { BytesAfter = 0 };
        }

        var done = Result(item, MaintenanceOutcome.Done, remark);
        if (item.IsTable)
        {
            // Measured by whoever called, with others.
            return done;
        }

        try
        {
            return done with { BytesAfter = (await MeasureAsync(open.Inner, item, cancellationToken).ConfigureAwait(false)).Bytes };
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // Done it is; somebody was quicker to lock it.
            return done;
        }
    }

    private async Task<MaintenanceResult?> JudgeAsync(MaintenanceConnection open, MaintenanceItem item, PostgresException error, CancellationToken cancellationToken)
    {
        switch (error.SqlState)
        {
            case PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected:
                var holder = monitor.Blocker(open.Backend.ProcessId) ?? await LockHolder.FindAsync(open.Inner, item, cancellationToken).ConfigureAwait(false) ?? "a session that has ended";
                if (await SwappedAsync(open, item, cancellationToken).ConfigureAwait(false) is { } swapped)
                {
                    return swapped with { Reason = $"The old index is still in use by {holder}." };
                }

                if (item.LeavesIndex)
                {
                    await CleanAsync(open, item, cancellationToken).ConfigureAwait(false);
                }

                return ++item.Attempts < limits.LockAttempts ? null : Result(item, MaintenanceOutcome.Skipped, $"Locked, tried {item.Attempts} times: {holder}.");

            case PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidSchemaName when item.Action != MaintenanceAction.CreateIndex:
                return Result(item, MaintenanceOutcome.Skipped, "It was dropped meanwhile.");

            case PostgresErrorCodes.InsufficientPrivilege:
                return Result(item, MaintenanceOutcome.Skipped, error.MessageText);

            default:
                if (item.LeavesIndex)
                {
                    await CleanAsync(open, item, cancellationToken).ConfigureAwait(false);
                }

                return Result(item, MaintenanceOutcome.Failed, $"{error.MessageText} (SQLSTATE {error.SqlState})");
        }
    }

    // The last wait of REINDEX CONCURRENTLY is for those who still use the old index: the new one is in place then.
    private async Task<MaintenanceResult?> SwappedAsync(MaintenanceConnection open, MaintenanceItem item, CancellationToken cancellationToken)
    {
        if (item.Action != MaintenanceAction.ReindexConcurrently)
        {
            return null;
        }

        var (bytes, index) = await MeasureAsync(open.Inner, item, cancellationToken).ConfigureAwait(false);
        if (index is null or 0 || index == item.IndexId)
        {
            return null;
        }

        unclean.Add(item);
        return Result(item, MaintenanceOutcome.Done, null) with { BytesAfter = bytes };
    }

    private async Task CleanAsync(MaintenanceConnection open, MaintenanceItem item, CancellationToken cancellationToken)
    {
        if ((await LeftoverIndexes.DropAsync(open, item, cancellationToken).ConfigureAwait(false)).Count > 0 && !unclean.Contains(item))
        {
            unclean.Add(item);
        }
    }

    // The statement was cancelled on the server and awaited, or its connection was given up.
    private async Task StopAsync(MaintenanceItem item)
    {
        if (connection is not { IsOpen: true } open)
        {
            Abandon(item);
        }
        else if (item.LeavesIndex)
        {
            using var time = new CancellationTokenSource(CleaningTime);
            try
            {
                await CleanAsync(open, item, time.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NpgsqlException or OperationCanceledException)
            {
                unclean.Add(item);
            }
        }
    }

    private void Abandon(MaintenanceItem item)
    {
        lost = connection?.Backend ?? lost;
        if (item.LeavesIndex)
        {
            unclean.Add(item);
        }
    }

    private async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        if (connection is { IsOpen: true })
        {
            return;
        }

        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        connection = await Reconnection.OpenAsync(
            token => server.OpenAsync(limits.LockTimeout, limits.StatementTimeout, token), limits.ReconnectTimeout, cancellationToken).ConfigureAwait(false);
        if (lost is { } backend)
        {
            await backend.EndAsync(connection.Inner, cancellationToken).ConfigureAwait(false);
            lost = null;
        }

        foreach (var item in unclean.ToList())
        {
            if ((await LeftoverIndexes.DropAsync(connection, item, cancellationToken).ConfigureAwait(false)).Count == 0)
            {
                unclean.Remove(item);
            }
        }
    }

    private static async Task<(long? Bytes, uint? Index)> MeasureAsync(NpgsqlConnection connection, MaintenanceItem item, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(item.IsTable ? TableNow : IndexNow, connection);
        if (item.IsTable)
        {
            command.Parameters.Add(new() { Value = item.TableId, NpgsqlDbType = NpgsqlDbType.Oid });
        }
        else
        {
            command.Parameters.Add(new() { Value = item.Schema });
            command.Parameters.Add(new() { Value = item.Index! });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            return default;
        }

        return (reader.Value<long>(0), reader.GetFieldValue<uint>(1));
    }

    private MaintenanceResult Result(MaintenanceItem item, MaintenanceOutcome outcome, string? reason) => new()
    {
        Environment = environment,
        Database = database,
        Schema = item.Schema,
        Table = item.Table,
        Index = item.Index,
        Action = item.Action,
        Outcome = outcome,
        Reason = reason,
        Duration = item.Spent,
        BytesBefore = item.BytesBefore,
        DeadTuplesBefore = item.DeadTuplesBefore,
    };
}
