using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>Finds out how much of the tables is bloat: all estimates in one round trip, then each table measured on its own where pgstattuple is there.</summary>
public static class TableBloatReader
{
    // The pages that the live rows would need: a row is its header (23 bytes, a bit a column where there are NULLs) and its data, both
    // rounded up to 8, and a line pointer of 4; a page has a header of 24. What the heap has more is bloat. The counts of the statistics
    // are newer than reltuples, but lost in a crash.
    private const string Estimate = """
        WITH taken AS MATERIALIZED (
            SELECT DISTINCT l.relation FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()
            WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid()),
        t AS MATERIALIZED (
            SELECT c.oid, n.nspname, c.relname, c.reltuples, k.held, b.block,
                   CASE WHEN k.held THEN c.relpages * b.block ELSE pg_relation_size(c.oid) END AS size,
                   coalesce((SELECT o.option_value::int FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'fillfactor'), 100) AS fillfactor,
                   CASE WHEN coalesce(s.n_live_tup, 0) > 0 THEN s.n_live_tup ELSE greatest(c.reltuples, 0)::bigint END AS live,
                   coalesce(s.n_dead_tup, 0) AS dead, coalesce(s.n_mod_since_analyze, 0) AS changed,
                   s.last_vacuum, s.last_autovacuum, s.last_analyze, s.last_autoanalyze
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
            CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM taken WHERE taken.relation = c.oid) AS held) k
            CROSS JOIN (SELECT current_setting('block_size')::bigint AS block) b
            WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
              AND ($1 IS NULL OR n.nspname ~* ANY ($1)) AND ($2 IS NULL OR c.relname ~* ANY ($2))),
        w AS (
            SELECT t.oid, count(*) AS columns, count(p.attname) AS known, coalesce(bool_or(p.null_frac > 0), false) AS nulls,
                   coalesce(sum((1 - p.null_frac) * p.avg_width), 0) AS data
            FROM t
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_stats p ON p.schemaname = t.nspname AND p.tablename = t.relname AND p.attname = a.attname AND NOT p.inherited
            GROUP BY t.oid)
        SELECT current_database(), t.nspname, t.relname, t.size, t.live, t.dead,
               greatest(0, t.size - ceil(t.live / greatest(1, floor((t.block - 24) * t.fillfactor / 100.0
                   / (4 + ceil((23 + CASE WHEN w.nulls THEN (w.columns + 7) / 8 ELSE 0 END) / 8.0) * 8 + ceil(w.data / 8.0) * 8)))) * t.block)::bigint,
               t.reltuples >= 0 AND w.known = w.columns AND t.changed <= 1000 + t.live * 0.5,
               t.last_vacuum, t.last_autovacuum, t.last_analyze, t.last_autoanalyze, t.oid::bigint, t.held,
               (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pgstattuple')
        FROM t JOIN w ON w.oid = t.oid
        WHERE t.size IS NOT NULL
        ORDER BY 7 DESC, 2, 3
        """;

    // A table that somebody has locked meanwhile is left at its estimate, rather than waited for.
    private const string Patience = "SET lock_timeout = '2s'";

    /// <summary>Finds it out.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="request">Of which tables, and how.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The tables, the most bloated by estimate first.</returns>
    public static async IAsyncEnumerable<DatabaseTableBloat> ReadAsync(
        EnvironmentContext context, TableBloatRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, request.Database, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var estimates = new List<BloatRow>();
        NpgsqlParameter[] parameters = [DatabaseReader.Texts(SqlPattern.Of(request.Schemas)), DatabaseReader.Texts(SqlPattern.Of(request.Tables))];
        await foreach (var row in DatabaseReader.ReadAsync(connection, context.Timeout, Estimate, parameters, reader => Row(reader, context.Name), cancellationToken).ConfigureAwait(false))
        {
            estimates.Add(row);
        }

        if (request.Method == TableBloatMethod.Estimate || estimates.Count == 0 || !CanMeasure(connection, request, estimates[0].Extension))
        {
            foreach (var row in estimates)
            {
                yield return TableBloatJudge.Judge(row.Bloat);
            }

            yield break;
        }

        await ExecuteAsync(connection, Patience, cancellationToken).ConfigureAwait(false);
        var allowed = true;
        for (var i = 0; i < estimates.Count; i++)
        {
            var row = estimates[i];
            context.Reporter.Progress(new ProgressReport($"Measuring the tables of {context.Name}", $"{row.Bloat.Schema}.{row.Bloat.Table}", (double)i / estimates.Count));
            if (allowed && !row.IsHeld)
            {
                (row, allowed) = await MeasureAsync(connection, context, request, row, cancellationToken).ConfigureAwait(false);
            }

            yield return TableBloatJudge.Judge(row.Bloat);
        }

        context.Reporter.Progress(new ProgressReport($"Measuring the tables of {context.Name}", "", 1, Completed: true));
    }

    private static bool CanMeasure(NpgsqlConnection connection, TableBloatRequest request, string? extension) => (extension, request.Method) switch
    {
        ({ }, _) => true,
        (null, null) => false,
        _ => throw new OperationException(
            DatabaseErrors.TupleStatisticsNotInstalled, $"{DatabaseReader.TargetOf(connection)}: the extension pgstattuple, which measures tables, is not installed in this database.",
            DatabaseReader.TargetOf(connection)),
    };

    private static async Task<(BloatRow Row, bool Allowed)> MeasureAsync(
        NpgsqlConnection connection, EnvironmentContext context, TableBloatRequest request, BloatRow row, CancellationToken cancellationToken)
    {
        var exact = request.Method is { } method ? method == TableBloatMethod.Exact : row.Bloat.SizeBytes < request.ApproximateFromBytes;
        var function = SqlIdentifier.Quote(row.Extension!, exact ? "pgstattuple" : "pgstattuple_approx");
        var columns = exact ? "table_len, tuple_count, dead_tuple_count, dead_tuple_len, free_space" : "table_len, approx_tuple_count::bigint, dead_tuple_count, dead_tuple_len, approx_free_space::bigint";
        var name = $"{row.Bloat.Schema}.{row.Bloat.Table}";
        try
        {
            var found = DatabaseReader.ReadAsync(
                connection, null, $"SELECT {columns} FROM {function}($1::oid::regclass)", [DatabaseReader.Typed(row.ObjectId, NpgsqlDbType.Bigint)],
                reader => row.Bloat with
                {
                    Method = exact ? TableBloatMethod.Exact : TableBloatMethod.Approximate,
                    IsReliable = true,
                    SizeBytes = reader.GetInt64(0),
                    LiveTuples = reader.GetInt64(1),
                    DeadTuples = reader.GetInt64(2),
                    BloatBytes = reader.GetInt64(3) + reader.GetInt64(4),
                },
                cancellationToken);
            await foreach (var bloat in found.ConfigureAwait(false))
            {
                row = row with { Bloat = bloat };
            }

            return (row, true);
        }
        catch (OperationException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            if (request.Method is not null)
            {
                throw;
            }

            context.Reporter.Warning($"{context.Name}: this role may not use pgstattuple, so bloat is estimated. GRANT pg_stat_scan_tables lets it measure.");
            return (row, false);
        }
        catch (OperationException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.UndefinedTable } cause)
        {
            context.Reporter.Warning($"{context.Name}: {name} is estimated, for it could not be measured: {cause.MessageText}.");
            return (row, true);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var closing = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static BloatRow Row(NpgsqlDataReader reader, string environment) => new(
        new DatabaseTableBloat
        {
            Environment = environment,
            Database = reader.GetString(0),
            Schema = reader.GetString(1),
            Table = reader.GetString(2),
            SizeBytes = reader.GetInt64(3),
            LiveTuples = reader.GetInt64(4),
            DeadTuples = reader.GetInt64(5),
            BloatBytes = reader.GetInt64(6),
            Method = TableBloatMethod.Estimate,
            IsReliable = reader.GetBoolean(7),
            LastVacuum = reader.Value<DateTimeOffset>(8),
            LastAutovacuum = reader.Value<DateTimeOffset>(9),
            LastAnalyze = reader.Value<DateTimeOffset>(10),
            LastAutoanalyze = reader.Value<DateTimeOffset>(11),
        },
        reader.GetInt64(12), reader.GetBoolean(13), reader.Text(14));
}
