using CivicQ.Ops.Core.Environments;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Statistics;

/// <summary>Reads the indexes of a database, and what is wrong with them.</summary>
public static class IndexReader
{
    // Two indexes do the same where everything but the name and uniqueness agrees; the one to keep is the primary key's, a constraint's,
    // the unique one, the older one. Under somebody's AccessExclusiveLock asking for a size would wait: relpages is near enough.
    private const string Question = """
        WITH i AS MATERIALIZED (
            SELECT x.*, c.relname AS name, t.relname AS tablename, n.nspname, c.relpages, c.relkind,
                   EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')) AS enforces,
                   md5(concat_ws(':', x.indrelid, c.relam, x.indkey, x.indclass, x.indcollation, x.indoption, x.indnatts, x.indnkeyatts, pg_get_expr(x.indexprs, x.indrelid), '|', pg_get_expr(x.indpred, x.indrelid))) AS signature
            FROM pg_index x
            JOIN pg_class c ON c.oid = x.indexrelid
            JOIN pg_class t ON t.oid = x.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'i' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
        r AS (
            SELECT i.*, first_value(name) OVER same AS keep, row_number() OVER same AS place
            FROM i WINDOW same AS (PARTITION BY signature, indisvalid ORDER BY indisprimary DESC, enforces DESC, indisunique DESC, indexrelid))
        SELECT current_database(), r.nspname, r.tablename, r.name,
               CASE WHEN NOT r.indisvalid THEN 'Invalid'
                    WHEN r.place > 1 THEN 'Duplicate'
                    WHEN coalesce(s.idx_scan, 0) = 0 AND NOT r.indisunique AND NOT r.enforces AND NOT r.indisreplident THEN 'Unused'
                    ELSE 'None' END AS problem,
               CASE WHEN r.indisvalid AND r.place > 1 THEN r.keep END,
               CASE WHEN EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
                                 WHERE l.relation = r.indexrelid AND l.mode = 'AccessExclusiveLock')
                    THEN r.relpages::bigint * current_setting('block_size')::bigint ELSE pg_relation_size(r.indexrelid) END AS size,
               coalesce(s.idx_scan, 0), {0}, r.indisunique, r.enforces, r.indisvalid, pg_get_indexdef(r.indexrelid),
               (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database())
        FROM r
        LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = r.indexrelid
        WHERE ($1 IS NULL OR r.nspname ~* ANY ($1)) AND ($2 IS NULL OR r.tablename ~* ANY ($2))
          AND ($3 OR NOT r.indisvalid OR r.place > 1 OR (coalesce(s.idx_scan, 0) = 0 AND NOT r.indisunique AND NOT r.enforces AND NOT r.indisreplident))
        ORDER BY size DESC NULLS LAST, r.nspname, r.tablename, r.name
        """;

    private const int LastScanSince = 16;

    /// <summary>Reads the indexes, the largest first.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="database">Another database of its server, or <see langword="null"/>.</param>
    /// <param name="schemas">Names with wildcards; <see langword="null"/> for all but the server's own.</param>
    /// <param name="tables">Names with wildcards; <see langword="null"/> for all.</param>
    /// <param name="healthy">True to give those too with which nothing is wrong.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The indexes.</returns>
    public static IAsyncEnumerable<DatabaseIndexStatistic> ReadAsync(
        EnvironmentContext context, string? database, IReadOnlyList<string>? schemas, IReadOnlyList<string>? tables, bool healthy, CancellationToken cancellationToken) =>
        DatabaseReader.ReadAsync(
            context, database,
            version => Question.Replace("{0}", version.Major >= LastScanSince ? "s.last_idx_scan" : "NULL::timestamptz", StringComparison.Ordinal),
            [DatabaseReader.Texts(SqlPattern.Of(schemas)), DatabaseReader.Texts(SqlPattern.Of(tables)), DatabaseReader.Typed(healthy, NpgsqlDbType.Boolean)],
            reader => Index(reader, context.Name), cancellationToken);

    private static DatabaseIndexStatistic Index(NpgsqlDataReader reader, string environment) => new()
    {
        Environment = environment,
        Database = reader.GetString(0),
        Schema = reader.GetString(1),
        Table = reader.GetString(2),
        Index = reader.GetString(3),
        Problem = Enum.Parse<DatabaseIndexProblem>(reader.GetString(4)),
        DuplicateOf = reader.Text(5),
        SizeBytes = reader.Value<long>(6) ?? 0,
        Scans = reader.GetInt64(7),
        LastScan = reader.Value<DateTimeOffset>(8),
        IsUnique = reader.GetBoolean(9),
        IsConstraint = reader.GetBoolean(10),
        IsValid = reader.GetBoolean(11),
        // A definition that is gone meanwhile is NULL.
        Definition = reader.Text(12) ?? "",
        StatisticsReset = reader.Value<DateTimeOffset>(13),
    };
}
