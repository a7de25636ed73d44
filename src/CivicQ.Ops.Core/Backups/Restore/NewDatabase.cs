using System.Globalization;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>
/// The database that a restore fills, beside the one that it may replace. It is dropped again unless it was put in place: until then nothing of the
/// server's other databases has changed.
/// </summary>
internal sealed class NewDatabase : IAsyncDisposable
{
    private const int Tries = 5;
    private readonly EnvironmentContext context;
    private readonly RestoreServer server;
    private readonly string target;
    private bool inPlace;

    private NewDatabase(EnvironmentContext context, RestoreServer server, string target, string name) =>
        (this.context, this.server, this.target, Name) = (context, server, target, name);

    /// <summary>Its present name.</summary>
    public string Name { get; private set; }

    /// <summary>Makes it, empty.</summary>
    public static async Task<NewDatabase> CreateAsync(EnvironmentContext context, RestoreServer server, string target, string? encoding, CancellationToken cancellationToken) =>
        new(context, server, target, await server.CreateAsync(target, encoding, context.Reporter, cancellationToken).ConfigureAwait(false));

    /// <summary>Compares its tables with those that should be there, and gathers statistics.</summary>
    /// <returns>The rows of all, where they were counted; and the database's size.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.RestoreNotVerified"/>.</exception>
    public async Task<(long? Rows, long Bytes)> VerifyAsync(IReadOnlyList<BackupTable> tables, string source, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var analyzing = AnalyzeAsync(ending.Token);
        try
        {
            await CompareAsync(tables, source, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await ((Task)analyzing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return (tables.All(table => table.Rows is not null) ? tables.Sum(table => table.Rows) : null, await analyzing.ConfigureAwait(false));
    }

    /// <summary>Gives it its final name; the one that had it is kept under another, with the time in it. Both change in one transaction.</summary>
    /// <returns>The name of the one that was replaced; <see langword="null"/> where there was none.</returns>
    /// <exception cref="OperationException"><see cref="BackupErrors.SwapFailed"/>: all is as it was.</exception>
    public async Task<string?> PutInPlaceAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await server.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        foreach (var setting in new[] { "synchronous_commit", "maintenance_work_mem" })
        {
            await server.RunAsync($"ALTER DATABASE {SqlIdentifier.Quote(Name)} RESET {setting}", cancellationToken).ConfigureAwait(false);
        }

        string? previous = null;
        var statements = new List<string> { $"COMMENT ON DATABASE {SqlIdentifier.Quote(Name)} IS NULL" };
        if (server.TargetExists)
        {
            statements.AddRange(await DatabaseTraits.ReadAsync(server, target, Name, cancellationToken).ConfigureAwait(false));
            var suffix = now.UtcDateTime.ToString("'_before_'yyyyMMddHHmmss", CultureInfo.InvariantCulture);
            previous = await FreeNameAsync(Cut(target, SqlIdentifier.MaximumBytes - suffix.Length - 3) + suffix, cancellationToken).ConfigureAwait(false);
            statements.Add($"ALTER DATABASE {SqlIdentifier.Quote(target)} RENAME TO {SqlIdentifier.Quote(previous)}");
        }

        statements.Add($"ALTER DATABASE {SqlIdentifier.Quote(Name)} RENAME TO {SqlIdentifier.Quote(target)}");
        for (var attempt = 1; ; attempt++)
        {
            // Renaming waits five seconds for sessions that end.
            await DatabaseSessions.TerminateAsync(server, [Name, target], cancellationToken).ConfigureAwait(false);
            try
            {
                await server.RunAsync("BEGIN; " + string.Join("; ", statements) + "; COMMIT", cancellationToken).ConfigureAwait(false);
                (inPlace, Name) = (true, target);
                return previous;
            }
            catch (OperationException error) when (error.InnerException is Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.ObjectInUse })
            {
                await RollBackAsync().ConfigureAwait(false);
                if (attempt == Tries)
                {
                    throw new OperationException(BackupErrors.SwapFailed, $"'{target}' could not be renamed: {error.Message}", target, error);
                }
            }
            catch
            {
                await RollBackAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (inPlace)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            await server.EnsureConnectedAsync(limit.Token).ConfigureAwait(false);
            await server.DropAsync(Name, limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            // The connection may be what broke; the next restore sweeps what is left.
            context.Reporter.Warning($"{context.Name}: the unfinished database '{Name}' could not be dropped ({error.Message}); the next restore drops it.");
        }
    }

    // A connection that broke has rolled back already.
    private async Task RollBackAsync()
    {
        if (server.Connection.FullState != System.Data.ConnectionState.Open)
        {
            return;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await server.RunAsync("ROLLBACK", limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            context.Reporter.Verbose($"{context.Name}: {error.Message}");
        }
    }

    private async Task CompareAsync(IReadOnlyList<BackupTable> tables, string source, CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, Name, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var wrong = new List<string>();
        foreach (var table in tables)
        {
            // A table that is missing must not end the comparison of the others.
            var there = false;
            await foreach (var one in DatabaseReader.ReadAsync(
                connection, context.Timeout, "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'r')",
                [new Npgsql.NpgsqlParameter { Value = table.Schema }, new Npgsql.NpgsqlParameter { Value = table.Table }], reader => reader.GetBoolean(0), cancellationToken).ConfigureAwait(false))
            {
                there = one;
            }

            if (!there)
            {
                wrong.Add($"{table.Schema}.{table.Table} is missing");
            }
            else if (table.Rows is { } rows)
            {
                await foreach (var found in DatabaseReader.ReadAsync(
                    connection, null, $"SELECT count(*) FROM ONLY {SqlIdentifier.Quote(table.Schema, table.Table)}", [], reader => reader.GetInt64(0), cancellationToken).ConfigureAwait(false))
                {
                    if (found != rows)
                    {
                        wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{table.Schema}.{table.Table} has {found} rows, not {rows}"));
                    }
                }
            }
        }

        if (wrong.Count > 0)
        {
            throw new OperationException(
                BackupErrors.RestoreNotVerified,
                string.Create(CultureInfo.InvariantCulture, $"What was restored from {source} is not what it says: {string.Join("; ", wrong.Take(5))}{(wrong.Count > 5 ? $"; and {wrong.Count - 5} more" : "")}."), source);
        }
    }

    // A session of its own: it waits for the disk while the rows are counted, and the other way round.
    private async Task<long> AnalyzeAsync(CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, Name, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        long bytes = 0;
        await foreach (var one in DatabaseReader.ReadAsync(connection, null, "ANALYZE; SELECT pg_catalog.pg_database_size(current_database())", [], reader => reader.GetInt64(0), cancellationToken).ConfigureAwait(false))
        {
            bytes = one;
        }

        return bytes;
    }

    // Two restores may end within one second.
    private async Task<string> FreeNameAsync(string name, CancellationToken cancellationToken)
    {
        var taken = await server.RowsAsync("SELECT datname::text FROM pg_catalog.pg_database", [], reader => reader.GetString(0), cancellationToken).ConfigureAwait(false);
        return Enumerable.Range(1, 99).Select(number => number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}_{number}"))
            .First(one => !taken.Contains(one, StringComparer.Ordinal));
    }

    private static string Cut(string name, int bytes)
    {
        while (System.Text.Encoding.UTF8.GetByteCount(name) > bytes)
        {
            name = name[..^(name.Length > 1 && char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        }

        return name;
    }
}
