using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Statistics;

/// <summary>Reads the databases' counters, once or twice.</summary>
public static class StatisticReader
{
    // The size is asked of those alone that the role may connect to: others are an error. 3,000,000 ids before the end the server
    // takes no more writes.
    private const string Question = """
        SELECT d.datname,
               CASE WHEN has_database_privilege(d.oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE') THEN pg_database_size(d.oid) END,
               s.numbackends, nullif(d.datconnlimit, -1),
               (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' OR (backend_type IS NULL AND datname IS NOT NULL)),
               current_setting('max_connections')::int,
               current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true)::int, 0),
               s.xact_commit, s.xact_rollback, s.deadlocks, s.conflicts, s.temp_files, s.temp_bytes, s.blks_read, s.blks_hit, s.stats_reset,
               age(d.datfrozenxid)::bigint, mxid_age(d.datminmxid)::bigint,
               CASE WHEN d.datname = current_database() THEN
                   (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind IN ('r', 't', 'm') ORDER BY age(c.relfrozenxid) DESC, c.oid LIMIT 1) END,
               clock_timestamp()
        FROM pg_database d
        JOIN pg_stat_database s ON s.datid = d.oid
        WHERE CASE WHEN $1 IS NULL THEN d.datallowconn AND NOT d.datistemplate ELSE d.datname ~* ANY ($1) END
        ORDER BY d.datname
        """;

    private const long LastTransactionId = int.MaxValue - 3_000_000L;

    /// <summary>Reads them.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="databases">Names with wildcards; <see langword="null"/> for all that are no templates.</param>
    /// <param name="sample">The time between two looks; zero for one look, without rates.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The databases by name.</returns>
    public static async IAsyncEnumerable<DatabaseStatistic> ReadAsync(
        EnvironmentContext context, IReadOnlyList<string>? databases, TimeSpan sample, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var first = new Dictionary<string, StatisticSample>(StringComparer.Ordinal);
        if (sample > TimeSpan.Zero)
        {
            foreach (var look in await LookAsync(connection, context, databases, cancellationToken).ConfigureAwait(false))
            {
                first[look.Statistic.Database] = look;
            }

            await Task.Delay(sample, cancellationToken).ConfigureAwait(false);
        }

        foreach (var look in await LookAsync(connection, context, databases, cancellationToken).ConfigureAwait(false))
        {
            yield return look.Since(first.GetValueOrDefault(look.Statistic.Database));
        }
    }

    private static async Task<List<StatisticSample>> LookAsync(
        NpgsqlConnection connection, EnvironmentContext context, IReadOnlyList<string>? databases, CancellationToken cancellationToken)
    {
        var result = new List<StatisticSample>();
        var rows = DatabaseReader.ReadAsync(
            connection, context.Timeout, Question, [DatabaseReader.Texts(SqlPattern.Of(databases))], reader => Sample(reader, context.Name), cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
        {
            result.Add(row);
        }

        return result;
    }

    private static StatisticSample Sample(NpgsqlDataReader reader, string environment)
    {
        var (used, maximum, reserved) = (reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6));
        var (read, hit) = (reader.GetInt64(13), reader.GetInt64(14));
        var (age, multiAge) = (reader.GetInt64(16), reader.GetInt64(17));
        var statistic = new DatabaseStatistic
        {
            Environment = environment,
            Database = reader.GetString(0),
            SizeBytes = reader.Value<long>(1),
            Connections = reader.GetInt32(2),
            ConnectionLimit = reader.Value<int>(3),
            ServerConnections = used,
            MaximumConnections = maximum,
            ReservedConnections = reserved,
            PoolUse = (double)used / Math.Max(1, maximum - reserved),
            Commits = reader.GetInt64(7),
            Rollbacks = reader.GetInt64(8),
            Deadlocks = reader.GetInt64(9),
            Conflicts = reader.GetInt64(10),
            TemporaryFiles = reader.GetInt64(11),
            TemporaryBytes = reader.GetInt64(12),
            CacheHitRatio = StatisticSample.Ratio(hit, read),
            StatisticsReset = reader.Value<DateTimeOffset>(15),
            TransactionIdAge = age,
            TransactionIdsLeft = Math.Max(0, LastTransactionId - age),
            MultiXactIdAge = multiAge,
            WraparoundRatio = (double)Math.Max(age, multiAge) / int.MaxValue,
            OldestTable = reader.Text(18),
        };
        return new StatisticSample(statistic, reader.GetFieldValue<DateTimeOffset>(19), read, hit);
    }
}
