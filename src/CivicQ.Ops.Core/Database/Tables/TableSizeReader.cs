using CivicQ.Ops.Core.Environments;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>Reads how large a database's tables are.</summary>
public static class TableSizeReader
{
    // The functions that measure take a lock: where somebody holds the table exclusively (VACUUM FULL, REINDEX), or waits to, they would
    // wait behind, and the catalog's pages must do. A table that is dropped meanwhile measures NULL.
    private const string Question = """
        WITH taken AS MATERIALIZED (
            SELECT DISTINCT l.relation FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
            WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid()),
        t AS MATERIALIZED (
            SELECT c.oid, n.nspname, c.relname, c.reltuples, c.relpages, c.reltoastrelid, s.block,
                   EXISTS (SELECT FROM taken k WHERE k.relation IN (c.oid, c.reltoastrelid)
                           OR k.relation IN (SELECT i.indexrelid FROM pg_index i WHERE i.indrelid IN (c.oid, c.reltoastrelid))) AS held
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN (SELECT current_setting('block_size')::bigint AS block) s
            WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND ($1 IS NULL OR n.nspname ~* ANY ($1)) AND ($2 IS NULL OR c.relname ~* ANY ($2)))
        SELECT current_database(), nspname, relname, total, total - indexes - toast, indexes, toast,
               CASE WHEN reltuples >= 0 THEN reltuples::bigint END, held
        FROM (
            SELECT t.*,
                   CASE WHEN held THEN pages.table_pages * block + pages.index_pages * block + pages.toast_pages * block ELSE pg_total_relation_size(t.oid) END AS total,
                   CASE WHEN held THEN pages.index_pages * block ELSE pg_indexes_size(t.oid) END AS indexes,
                   CASE WHEN held THEN pages.toast_pages * block WHEN reltoastrelid <> 0 THEN pg_total_relation_size(reltoastrelid) ELSE 0 END AS toast
            FROM t
            CROSS JOIN LATERAL (
                SELECT t.relpages::bigint AS table_pages,
                       (SELECT coalesce(sum(c.relpages), 0)::bigint FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE t.held AND i.indrelid = t.oid) AS index_pages,
                       (SELECT coalesce(sum(c.relpages), 0)::bigint FROM pg_class c WHERE t.held AND c.oid = t.reltoastrelid) AS toast_pages) pages) sizes
        WHERE total IS NOT NULL AND indexes IS NOT NULL AND toast IS NOT NULL
        ORDER BY total DESC, nspname, relname
        """;

    /// <summary>Reads the tables, the largest first.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">Another database of its server, or <see langword="null"/>.</param>
    /// <param name="schemas">Names with wildcards; <see langword="null"/> for all but the server's own.</param>
    /// <param name="tables">Names with wildcards; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The tables, without growth.</returns>
    public static IAsyncEnumerable<DatabaseTableSize> ReadAsync(
        EnvironmentContext context, string? database, IReadOnlyList<string>? schemas, IReadOnlyList<string>? tables, CancellationToken cancellationToken) =>
        DatabaseReader.ReadAsync(
            context, database, _ => Question, [DatabaseReader.Texts(SqlPattern.Of(schemas)), DatabaseReader.Texts(SqlPattern.Of(tables))],
            reader => Size(reader, context.Name), cancellationToken);

    private static DatabaseTableSize Size(NpgsqlDataReader reader, string environment) => new()
    {
        Environment = environment,
        Database = reader.GetString(0),
        Schema = reader.GetString(1),
        Table = reader.GetString(2),
        TotalBytes = reader.GetInt64(3),
        HeapBytes = reader.GetInt64(4),
        IndexBytes = reader.GetInt64(5),
        ToastBytes = reader.GetInt64(6),
        RowsEstimate = reader.Value<long>(7),
        IsLocked = reader.GetBoolean(8),
    };
}
