using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>
/// Finds and drops the invalid indexes that a broken CREATE INDEX or REINDEX CONCURRENTLY leaves behind: they cost every write, and serve no query.
/// Others' builds that still run hold their table's lock, so that nothing of theirs can be dropped.
/// </summary>
internal static class LeftoverIndexes
{
    // What PostgreSQL itself calls them; a number follows where the name was taken.
    private const string Pattern = "_cc(new|old)[0-9]*$";

    private const string OfTables = """
        SELECT i.indrelid, n.nspname::text, t.relname::text, c.relname::text, pg_catalog.pg_relation_size(c.oid), i.indexrelid
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid AND c.relkind = 'i' AND i.indrelid = ANY($1) AND (c.relname ~ $2 OR c.relname = $3)
        ORDER BY c.relname
        """;

    /// <summary>Finds them.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="tables">The tables' object ids.</param>
    /// <param name="created">The name of an index that was to be created, which counts too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>One piece of work for each.</returns>
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
                Statement = $"DROP INDEX CONCURRENTLY IF EXISTS {SqlIdentifier.Quote(schema, index)}",
                Schema = schema,
                Table = reader.GetString(2),
                TableId = reader.GetFieldValue<uint>(0),
                Index = index,
                IndexId = reader.GetFieldValue<uint>(5),
                BytesBefore = reader.GetInt64(4),
                Weight = long.MaxValue,
            });
        }

        return found;
    }

    /// <summary>Drops those of one table.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="item">The work that left them behind.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The names of those that are locked and stay for now.</returns>
    public static async Task<IReadOnlyList<string>> DropAsync(MaintenanceConnection connection, MaintenanceItem item, CancellationToken cancellationToken)
    {
        List<string> left = [];
        // Where writes are suspended (default_transaction_read_only), tidying up is still allowed to this session.
        await connection.ExecuteAsync("SET default_transaction_read_only = off", cancellationToken).ConfigureAwait(false);
        var created = item.Action == MaintenanceAction.CreateIndex ? item.Index : null;
        foreach (var leftover in await FindAsync(connection.Inner, [item.TableId], created, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await connection.ExecuteAsync(leftover.Statement, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                left.Add(leftover.Name);
            }
        }

        await connection.ExecuteAsync("RESET default_transaction_read_only", cancellationToken).ConfigureAwait(false);
        return left;
    }
}
