using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>
/// Finds and drops the invalid indexes that a broken CREATE INDEX or REINDEX CONCURRENTLY leaves behind: they cost every write, and serve no query.
/// One that somebody is still building looks the same, and DROP INDEX CONCURRENTLY would wait for the builder and then drop what has become a good
/// index: so nothing is dropped while another session holds a lock on the table that a build holds from its beginning to its end.
/// </summary>
internal static class LeftoverIndexes
{
    // What PostgreSQL itself calls them; a number follows where the name was taken.
    private const string Pattern = "_cc(new|old)[0-9]*$";

    // No size is asked of the index itself, for that takes a lock. The views show to every role who works and who holds what, though not always on what.
    private const string OfTables = """
        SELECT i.indrelid, n.nspname::text, t.relname::text, c.relname::text, c.relpages::bigint * current_setting('block_size')::bigint, i.indexrelid,
               (SELECT min(p.pid) FROM pg_catalog.pg_stat_progress_create_index p
                JOIN pg_catalog.pg_locks l ON l.pid = p.pid AND l.locktype = 'relation' AND l.granted AND l.mode = 'ShareUpdateExclusiveLock' AND l.relation = i.indrelid
                WHERE p.datname = current_database() AND l.database = p.datid AND p.pid <> pg_catalog.pg_backend_pid())
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid AND c.relkind = 'i' AND i.indrelid = ANY($1) AND (c.relname ~ $2 OR c.relname = $3)
        ORDER BY c.relname
        """;

    private const string Invalid = "SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid = $1 AND NOT indisvalid";

    private const string State = """
        SELECT i.indisvalid FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE i.indexrelid = $1 AND n.nspname = $2 AND c.relname = $3
        """;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Finds them.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="tables">The tables' object ids.</param>
    /// <param name="created">The name of an index that was to be created, which counts too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One piece of work for each; not to be tried where it is seen that somebody is building it.</returns>
    public static async Task<IReadOnlyList<MaintenanceItem>> FindAsync(
        NpgsqlConnection connection, IReadOnlyCollection<uint> tables, string? created, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(OfTables, connection)
        {
            Parameters =
            {
                new() { Value = tables.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid },
                new() { Value = Pattern },
                new() { Value = (object?)created ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        List<MaintenanceItem> found = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (schema, index) = (reader.GetString(1), reader.GetString(3));
            found.Add(new MaintenanceItem
            {
                Action = MaintenanceAction.DropInvalidIndex,
                Statement = $"DROP INDEX CONCURRENTLY {SqlIdentifier.Quote(schema, index)}",
                Schema = schema,
                Table = reader.GetString(2),
                TableId = reader.GetFieldValue<uint>(0),
                Index = index,
                IndexId = reader.GetFieldValue<uint>(5),
                BytesBefore = reader.GetInt64(4),
                Weight = long.MaxValue,
                SkipReason = reader.Value<int>(6) is { } builder ? string.Create(CultureInfo.InvariantCulture, $"Process {builder} is building it at this moment.") : null,
            });
        }

        return found;
    }

    /// <summary>The object ids of all invalid indexes of a table, whatever their names.</summary>
    public static async Task<HashSet<uint>> InvalidAsync(NpgsqlConnection connection, uint table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Invalid, connection) { Parameters = { Id(table) } };
        HashSet<uint> found = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found.Add(reader.GetFieldValue<uint>(0));
        }

        return found;
    }

    /// <summary>Drops one, where it is still the one that was found, still invalid, and nobody is building it.</summary>
    /// <param name="connection">A connection without a statement time-out, whose lock time-out is <paramref name="lockTimeout"/>.</param>
    /// <param name="index">What <see cref="FindAsync"/> found.</param>
    /// <param name="lockTimeout">How long others are waited for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What became of it.</returns>
    public static async Task<IndexDrop> DropAsync(MaintenanceConnection connection, MaintenanceItem index, TimeSpan lockTimeout, CancellationToken cancellationToken)
    {
        try
        {
            // First the locks, then the catalog: a build that ended in between has made the index valid, and one that began since made another index.
            if (await BuilderAsync(connection.Inner, index, lockTimeout, cancellationToken).ConfigureAwait(false) is { } builder)
            {
                return new IndexDrop(index, IndexDropOutcome.Locked, builder);
            }

            await using (var command = new NpgsqlCommand(State, connection.Inner) { Parameters = { Id(index.IndexId), new() { Value = index.Schema }, new() { Value = index.Index! } } })
            {
                switch (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))
                {
                    case null:
                        return new IndexDrop(index, IndexDropOutcome.Gone, null);
                    case true:
                        return new IndexDrop(index, IndexDropOutcome.Valid, null);
                }
            }

            await connection.ExecuteAsync(index.Statement, cancellationToken).ConfigureAwait(false);
            return new IndexDrop(index, IndexDropOutcome.Dropped, null);
        }
        catch (PostgresException error) when (connection.IsOpen)
        {
            return error.SqlState switch
            {
                PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected => new IndexDrop(
                    index, IndexDropOutcome.Locked, await LockHolder.FindAsync(connection.Inner, index, cancellationToken).ConfigureAwait(false) ?? LockHolder.Gone),
                PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName => new IndexDrop(index, IndexDropOutcome.Gone, null),
                _ => new IndexDrop(index, IndexDropOutcome.Refused, $"{error.MessageText} (SQLSTATE {error.SqlState})"),
            };
        }
    }

    // Who may be building an index of the table, after waiting for that to end.
    private static async Task<string?> BuilderAsync(NpgsqlConnection connection, MaintenanceItem index, TimeSpan patience, CancellationToken cancellationToken)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var builder = await LockHolder.BuilderAsync(connection, index.TableId, cancellationToken).ConfigureAwait(false);
            if (builder is null || clock.Elapsed >= patience)
            {
                return builder;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static NpgsqlParameter Id(uint id) => new() { Value = id, NpgsqlDbType = NpgsqlDbType.Oid };
}
