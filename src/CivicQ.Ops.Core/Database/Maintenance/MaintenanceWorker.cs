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
/// <param name="cleaner">Who knows what is left behind.</param>
internal sealed class MaintenanceWorker(
    MaintenanceServer server, string environment, string database, MaintenanceLimits limits, MaintenanceMonitor monitor, IndexCleaner cleaner) : IAsyncDisposable
{
    private const string Gone = "It was dropped meanwhile.";

    private const string TableSize = "SELECT pg_catalog.pg_total_relation_size($1::oid::regclass)";

    // REINDEX CONCURRENTLY gives the name to another object.
    private const string IndexNow = """
        SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2
        """;

    private const string IndexSize = """
        SELECT pg_catalog.pg_relation_size(c.oid) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2
        """;

    // What VACUUM and ANALYZE say where they leave a table alone, by the functions that say it: the words are in the server's language.
    private static readonly string[] Skippers = ["vacuum_is_relation_owner", "vacuum_is_permitted_for_relation", "vacuum_open_relation", "vacuum_rel", "analyze_rel"];

    private MaintenanceConnection? connection;
    private MaintenanceBackend? lost;

    /// <summary>The connection, where that is open.</summary>
    public MaintenanceConnection? Open => connection is { IsOpen: true } open ? open : null;

    /// <summary>The session that may still run, since its connection broke.</summary>
    public MaintenanceBackend? Lost => lost ?? (connection is { IsOpen: false } broken ? broken.Backend : null);

    /// <summary>Connects.</summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken) =>
        connection = await server.OpenAsync(limits.EffectiveLockTimeout, limits.StatementTimeout, cancellationToken).ConfigureAwait(false);

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
        if (Open is { } open)
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
        catch (Exception error) when (error is not OperationCanceledException && (error is PostgresException || connection is not { IsOpen: true }))
        {
            item.Spent += clock.Elapsed;
            return await JudgeAsync(item, error, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (connection is not null)
            {
                monitor.Pause(connection.Backend.ProcessId);
            }
        }
    }

    private async Task<MaintenanceResult?> AttemptAsync(MaintenanceConnection open, MaintenanceItem item, Stopwatch clock, CancellationToken cancellationToken)
    {
        if (item.Action == MaintenanceAction.DropInvalidIndex)
        {
            return await DropAsync(open, item, clock, cancellationToken).ConfigureAwait(false);
        }

        if (item.BytesBefore is null && item.Action != MaintenanceAction.CreateIndex)
        {
            item.BytesBefore = await MeasureAsync(open.Inner, item, cancellationToken).ConfigureAwait(false);
        }

        if (item.LeavesIndex)
        {
            // Each attempt would leave one index more, and every write would keep them all.
            if (await cleaner.CleanAsync(open, item.TableId, limits.EffectiveLockTimeout, cancellationToken).ConfigureAwait(false) is [var left, ..])
            {
                item.Spent += clock.Elapsed;
                return left.Outcome == IndexDropOutcome.Locked
                    ? Locked(item, $"{left.Reason}; so {left.Index.Name}, which an earlier attempt left, is still there")
                    : Result(item, MaintenanceOutcome.Skipped, $"{left.Index.Name}, which an earlier attempt left, could not be dropped: {left.Reason}.");
            }

            await cleaner.BeginAsync(open, item, cancellationToken).ConfigureAwait(false);
        }

        var warnings = await open.ExecuteAsync(item.Statement, cancellationToken).ConfigureAwait(false);
        item.Spent += clock.Elapsed;
        if (item.LeavesIndex)
        {
            cleaner.Succeed(item);
        }

        if (warnings.FirstOrDefault(warning => warning.SqlState == PostgresErrorCodes.UndefinedTable) is not null)
        {
            return Result(item, MaintenanceOutcome.Skipped, Gone);
        }

        if (warnings.FirstOrDefault(warning => Skippers.Contains(warning.Routine, StringComparer.Ordinal)) is { } skipped)
        {
            return Result(item, MaintenanceOutcome.Skipped, skipped.MessageText);
        }

        var done = Result(item, MaintenanceOutcome.Done, warnings.Count == 0 ? null : warnings[0].MessageText);
        // A table is measured by whoever called, with others.
        return item.IsTable ? done : done with { BytesAfter = await TryMeasureAsync(open, item, cancellationToken).ConfigureAwait(false) };
    }

    // What an earlier failure left and the plan found.
    private async Task<MaintenanceResult?> DropAsync(MaintenanceConnection open, MaintenanceItem item, Stopwatch clock, CancellationToken cancellationToken)
    {
        var drop = await cleaner.DropAsync(open, item, limits.EffectiveLockTimeout, cancellationToken).ConfigureAwait(false);
        item.Spent += clock.Elapsed;
        return drop.Outcome switch
        {
            IndexDropOutcome.Dropped => Result(item, MaintenanceOutcome.Done, null) with { BytesAfter = 0 },
            IndexDropOutcome.Gone => Result(item, MaintenanceOutcome.Skipped, Gone),
            IndexDropOutcome.Valid => Result(item, MaintenanceOutcome.Skipped, "It has become valid meanwhile, and stays."),
            IndexDropOutcome.Locked => Locked(item, drop.Reason!),
            _ => Result(item, MaintenanceOutcome.Failed, drop.Reason),
        };
    }

    // What the statement met becomes a result. A second failure, of the looking or the cleaning, changes nothing in the first: what was begun stays entered
    // with the cleaner.
    private async Task<MaintenanceResult?> JudgeAsync(MaintenanceItem item, Exception error, CancellationToken cancellationToken)
    {
        var server = connection is { IsOpen: true } ? error as PostgresException : null;
        var why = server is null ? $"The connection was lost: {error.Message}" : $"{server.MessageText} (SQLSTATE {server.SqlState})";
        try
        {
            if (item.LeavesIndex)
            {
                await ReconnectAsync(cancellationToken).ConfigureAwait(false);
            }

            if (connection is { IsOpen: true } open)
            {
                return await JudgeAsync(open, item, server, why, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception second) when (second is OperationException || (second is not OperationCanceledException && (second is PostgresException || connection is not { IsOpen: true })))
        {
            // Told below.
        }

        return Result(item, MaintenanceOutcome.Failed, why);
    }

    private async Task<MaintenanceResult?> JudgeAsync(MaintenanceConnection open, MaintenanceItem item, PostgresException? error, string why, CancellationToken cancellationToken)
    {
        var isLock = error?.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected;
        var holder = isLock ? monitor.Blocker(open.Backend.ProcessId) ?? await LockHolder.FindAsync(open.Inner, item, cancellationToken).ConfigureAwait(false) ?? LockHolder.Gone : null;
        // The last waits of REINDEX CONCURRENTLY are for those who still use the old index: the new one is in place then. The old one goes later.
        if (await IsSwappedAsync(open.Inner, item, cancellationToken).ConfigureAwait(false))
        {
            var reason = isLock ? $"The old index is still in use by {holder}." : $"The new index is in place; dropping the old one failed: {why}";
            return Result(item, MaintenanceOutcome.Done, reason) with { BytesAfter = await TryMeasureAsync(open, item, cancellationToken).ConfigureAwait(false) };
        }

        if (item.LeavesIndex)
        {
            await cleaner.CleanAsync(open, item.TableId, limits.EffectiveLockTimeout, cancellationToken).ConfigureAwait(false);
        }

        return error?.SqlState switch
        {
            PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected => Locked(item, holder!),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidSchemaName when item.Action != MaintenanceAction.CreateIndex =>
                Result(item, MaintenanceOutcome.Skipped, Gone),
            PostgresErrorCodes.InsufficientPrivilege => Result(item, MaintenanceOutcome.Skipped, error.MessageText),
            _ => Result(item, MaintenanceOutcome.Failed, why),
        };
    }

    private MaintenanceResult? Locked(MaintenanceItem item, string holder) =>
        ++item.Attempts < limits.LockAttempts ? null : Result(item, MaintenanceOutcome.Skipped, $"Locked, tried {item.Attempts} times: {holder}.");

    // A session whose connection broke may go on with its statement: it is ended first.
    private async Task ReconnectAsync(CancellationToken cancellationToken)
    {
        if (connection is { IsOpen: true })
        {
            return;
        }

        if (connection is not null)
        {
            lost ??= connection.Backend;
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        connection = await Reconnection.OpenAsync(
            token => server.OpenAsync(limits.EffectiveLockTimeout, limits.StatementTimeout, token), limits.ReconnectTimeout, cancellationToken).ConfigureAwait(false);
        if (lost is { } backend)
        {
            await backend.EndAsync(connection.Inner, cancellationToken).ConfigureAwait(false);
            lost = null;
        }
    }

    // Asks the catalog alone: the index itself may be locked.
    private static async Task<bool> IsSwappedAsync(NpgsqlConnection connection, MaintenanceItem item, CancellationToken cancellationToken)
    {
        if (item.Action != MaintenanceAction.ReindexConcurrently)
        {
            return false;
        }

        await using var command = new NpgsqlCommand(IndexNow, connection) { Parameters = { new() { Value = item.Schema }, new() { Value = item.Index! } } };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is uint index && index != item.IndexId;
    }

    // Done it is; somebody may be quicker to lock it.
    private static async Task<long?> TryMeasureAsync(MaintenanceConnection open, MaintenanceItem item, CancellationToken cancellationToken)
    {
        try
        {
            return await MeasureAsync(open.Inner, item, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private static async Task<long?> MeasureAsync(NpgsqlConnection connection, MaintenanceItem item, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(item.IsTable ? TableSize : IndexSize, connection);
        if (item.IsTable)
        {
            command.Parameters.Add(new() { Value = item.TableId, NpgsqlDbType = NpgsqlDbType.Oid });
        }
        else
        {
            command.Parameters.Add(new() { Value = item.Schema });
            command.Parameters.Add(new() { Value = item.Index! });
        }

        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as long?;
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
