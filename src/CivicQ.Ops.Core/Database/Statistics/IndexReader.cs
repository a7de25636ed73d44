using CivicQ.Ops.Core.Environments;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Statistics;

/// <summary>Reads the indexes of a database, and what is wrong with them.</summary>
public static class IndexReader
{
    // Two indexes do the same where everything but the name and uniqueness agrees; the one to keep is the primary key's, a constraint's,
    // the unique one, the older one. The server uses either, so their scans count together: else the one to keep could be called unused.
    // A B-tree is redundant where another begins with its columns; that one must be in use or enforce something, or both would be given
    // as superfluous. Under somebody's AccessExclusiveLock asking for a size would wait: relpages is near enough.
    private const string Question = """
        WITH i AS MATERIALIZED (
            SELECT x.*, c.relname AS name, t.relname AS tablename, n.nspname, c.relpages, coalesce(s.idx_scan, 0) AS scans, {0} AS last_scan,
                   pg_get_expr(x.indpred, x.indrelid) AS predicate, m.amname = 'btree' AS is_tree,
                   x.indisunique OR x.indisreplident OR EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')) AS needed,
                   EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')) AS enforces,
                   md5(concat_ws(':', x.indrelid, c.relam, x.indkey, x.indclass, x.indcollation, x.indoption, x.indnatts, x.indnkeyatts, pg_get_expr(x.indexprs, x.indrelid), '|', pg_get_expr(x.indpred, x.indrelid))) AS signature
            FROM pg_index x
            JOIN pg_class c ON c.oid = x.indexrelid
            JOIN pg_am m ON m.oid = c.relam
            JOIN pg_class t ON t.oid = x.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = x.indexrelid
            WHERE c.relkind = 'i' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
        r AS MATERIALIZED (
            SELECT i.*, first_value(name) OVER best AS keep, row_number() OVER best AS place, sum(scans) OVER same > 0 AS used
            FROM i WINDOW same AS (PARTITION BY signature, indisvalid),
                          best AS (PARTITION BY signature, indisvalid ORDER BY indisprimary DESC, enforces DESC, indisunique DESC, indexrelid)),
        p AS (
            SELECT DISTINCT ON (a.indexrelid) a.indexrelid, b.name
            FROM r a JOIN r b ON b.indrelid = a.indrelid AND b.is_tree AND b.indisvalid AND b.place = 1 AND (b.used OR b.needed)
             AND b.indnkeyatts >= a.indnkeyatts AND b.indnatts > a.indnatts AND b.predicate IS NOT DISTINCT FROM a.predicate
             AND (b.indkey::int2[])[0:a.indnkeyatts - 1] = (a.indkey::int2[])[0:a.indnkeyatts - 1]
             AND (b.indclass::oid[])[0:a.indnkeyatts - 1] = (a.indclass::oid[])[0:a.indnkeyatts - 1]
             AND (b.indcollation::oid[])[0:a.indnkeyatts - 1] = (a.indcollation::oid[])[0:a.indnkeyatts - 1]
             AND (b.indoption::int2[])[0:a.indnkeyatts - 1] = (a.indoption::int2[])[0:a.indnkeyatts - 1]
            WHERE a.is_tree AND a.indisvalid AND a.place = 1 AND NOT a.needed AND a.indexprs IS NULL AND a.indnatts = a.indnkeyatts
            ORDER BY a.indexrelid, b.indnatts, b.indexrelid),
        q AS (
            SELECT r.*, CASE WHEN NOT r.indisvalid THEN 'Invalid' WHEN r.place > 1 THEN 'Duplicate' WHEN p.name IS NOT NULL THEN 'Redundant'
                             WHEN NOT r.used AND NOT r.needed THEN 'Unused' ELSE 'None' END AS problem,
                   CASE WHEN r.indisvalid AND r.place > 1 THEN r.keep ELSE p.name END AS other
            FROM r LEFT JOIN p ON p.indexrelid = r.indexrelid)
        SELECT current_database(), q.nspname, q.tablename, q.name, q.problem, q.other,
               CASE WHEN EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
                                 WHERE l.relation = q.indexrelid AND l.mode = 'AccessExclusiveLock')
                    THEN q.relpages::bigint * current_setting('block_size')::bigint ELSE pg_relation_size(q.indexrelid) END AS size,
               q.scans, q.last_scan, q.indisunique, q.enforces, q.indisvalid, pg_get_indexdef(q.indexrelid),
               (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database())
        FROM q
        WHERE ($1 IS NULL OR q.nspname ~* ANY ($1)) AND ($2 IS NULL OR q.tablename ~* ANY ($2)) AND ($3 OR q.problem <> 'None')
        ORDER BY size DESC NULLS LAST, q.nspname, q.tablename, q.name
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
