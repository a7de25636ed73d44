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
    // as superfluous. With the columns as text, what begins with it comes after it in order, so thousands of tables cost no join. Under
    // somebody's AccessExclusiveLock asking for a size would wait: relpages is near enough.
    private const string Question = """
        WITH i AS MATERIALIZED (
            SELECT x.*, c.relname AS name, t.relname AS tablename, n.nspname, c.relpages, pg_stat_get_numscans(x.indexrelid) AS scans, {0} AS last_scan,
                   pg_get_expr(x.indpred, x.indrelid) AS predicate,
                   CASE WHEN m.amname = 'btree' THEN (
                       SELECT string_agg(format('%s:%s:%s:%s,', e.attribute, e.class, e.collation_, e.option), '' ORDER BY e.place)
                       FROM unnest(x.indkey::int2[], x.indclass::oid[], x.indcollation::oid[], x.indoption::int2[]) WITH ORDINALITY AS e (attribute, class, collation_, option, place)) END AS keys,
                   x.indisunique OR x.indisreplident OR k.conindid IS NOT NULL AS needed, k.conindid IS NOT NULL AS enforces,
                   md5(concat_ws(':', x.indrelid, c.relam, x.indkey, x.indclass, x.indcollation, x.indoption, x.indnatts, x.indnkeyatts, pg_get_expr(x.indexprs, x.indrelid), '|', pg_get_expr(x.indpred, x.indrelid))) AS signature
            FROM pg_index x
            JOIN pg_class c ON c.oid = x.indexrelid
            JOIN pg_am m ON m.oid = c.relam
            JOIN pg_class t ON t.oid = x.indrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN (SELECT DISTINCT conindid FROM pg_constraint WHERE contype IN ('p', 'u', 'x')) k ON k.conindid = x.indexrelid
            WHERE c.relkind = 'i' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'),
        r AS MATERIALIZED (
            SELECT i.*, first_value(name) OVER best AS keep, row_number() OVER best AS place, sum(scans) OVER same > 0 AS used
            FROM i WINDOW same AS (PARTITION BY signature, indisvalid),
                          best AS (PARTITION BY signature, indisvalid ORDER BY indisprimary DESC, enforces DESC, indisunique DESC, indexrelid)),
        p AS (
            SELECT r.*, min(CASE WHEN indisvalid AND place = 1 AND (used OR needed) THEN keys || chr(1) || name END COLLATE "C") OVER (
                       PARTITION BY indrelid, predicate ORDER BY keys COLLATE "C" ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS longer
            FROM r),
        q AS (
            SELECT p.*, CASE WHEN NOT indisvalid THEN 'Invalid' WHEN place > 1 THEN 'Duplicate'
                             WHEN NOT needed AND indexprs IS NULL AND indnatts = indnkeyatts AND starts_with(longer, keys) THEN 'Redundant'
                             WHEN NOT used AND NOT needed THEN 'Unused' ELSE 'None' END AS problem
            FROM p)
        SELECT current_database(), q.nspname, q.tablename, q.name, q.problem,
               CASE q.problem WHEN 'Duplicate' THEN q.keep WHEN 'Redundant' THEN substr(q.longer, strpos(q.longer, chr(1)) + 1) END,
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
            version => Question.Replace("{0}", version.Major >= LastScanSince ? "pg_stat_get_lastscan(x.indexrelid)" : "NULL::timestamptz", StringComparison.Ordinal),
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
