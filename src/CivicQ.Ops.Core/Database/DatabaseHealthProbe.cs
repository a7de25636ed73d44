using System.Globalization;
using CivicQ.Ops.Core.Database.Pooling;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Database;

/// <summary>
/// Asks PostgreSQL itself for the metrics of the manual: does it answer, how full are its connections, and those of the PgBouncer in front of
/// it where there is one, how long do statements take on average, how far are replicas behind, how old is the oldest transaction id. All
/// figures of PostgreSQL's in one question.
/// </summary>
public sealed class DatabaseHealthProbe : IHealthProbe
{
    // The statistics of statements may be missing, be in any schema, or have the column's older name: a question that named them would
    // fail as a whole. query_to_xml takes its question as text, which is made of the catalog's own names. Its answer is one number.
    private const string Question = """
        WITH e AS (
            SELECT format('SELECT sum(%I) / 1000 / sum(calls) AS seconds, sum(calls) AS calls FROM %I.pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())', a.attname, n.nspname) AS question
            FROM pg_extension x
            JOIN pg_namespace n ON n.oid = x.extnamespace
            JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'pg_stat_statements'
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('total_exec_time', 'total_time') AND NOT a.attisdropped
            WHERE x.extname = 'pg_stat_statements' AND current_setting('pg_stat_statements.max', true) IS NOT NULL AND has_table_privilege(c.oid, 'SELECT')),
        m AS MATERIALIZED (SELECT query_to_xml(question, true, true, '')::text AS answer FROM e LIMIT 1),
        p AS MATERIALIZED (
            SELECT r.standby, CASE WHEN r.standby THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS written
            FROM (SELECT pg_is_in_recovery() AS standby) r)
        SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - coalesce(current_setting('reserved_connections', true)::int, 0),
               (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' OR (backend_type IS NULL AND datname IS NOT NULL)),
               current_setting('server_version'), p.standby,
               (SELECT substring(answer FROM '<seconds>([^<]*)</seconds>')::float8 FROM m),
               (SELECT substring(answer FROM '<calls>([^<]*)</calls>')::numeric::bigint FROM m),
               CASE WHEN p.standby
                   THEN (SELECT extract(epoch FROM CASE WHEN r.pid IS NOT NULL AND pg_last_wal_replay_lsn() >= p.written THEN '0'::interval
                                                        ELSE statement_timestamp() - pg_last_xact_replay_timestamp() END)::float8
                         FROM (SELECT 1) one LEFT JOIN pg_stat_wal_receiver r ON true)
                   ELSE (SELECT extract(epoch FROM max(CASE WHEN s.replay_lsn >= p.written THEN '0'::interval ELSE s.replay_lag END))::float8
                         FROM pg_stat_replication s WHERE s.state <> 'backup') END,
               (SELECT coalesce(application_name, '') FROM pg_stat_replication WHERE NOT p.standby AND state <> 'backup' ORDER BY replay_lag DESC NULLS LAST LIMIT 1),
               (SELECT count(*) FROM pg_stat_replication WHERE NOT p.standby AND state <> 'backup'),
               d.age, d.datname
        FROM p CROSS JOIN (SELECT datname::text, age(datfrozenxid)::bigint AS age FROM pg_database WHERE datallowconn ORDER BY age(datfrozenxid) DESC LIMIT 1) d
        """;

    private const double AllTransactionIds = int.MaxValue;

    /// <inheritdoc/>
    public string Component => "Database";

    /// <inheritdoc/>
    public string NextStep => "Runbook: Database Issues. Check that the server runs, then its log.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Database is not null;

    /// <inheritdoc/>
    public Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken) => DatabaseConnector.TargetAsync(context, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        // Beside each other; a PgBouncer that is away is a result of its own.
        var pooler = context.Environment.Database!.Pooler is null ? Task.FromResult<IReadOnlyList<HealthResult>>([]) : PoolReader.CheckAsync(context, thresholds, cancellationToken);
        await using var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = Question;
        var results = new List<HealthResult>();
        var (version, role) = ("", "");
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var (available, used, standby) = (reader.GetInt32(0), reader.GetInt64(1), reader.GetBoolean(3));

            // Debian writes "15.18 (Debian 15.18-0+deb12u1)".
            (version, role) = (reader.GetString(2).Split(' ')[0], standby ? "standby" : "primary");
            results.Add(thresholds.Judge(Component, "Pool", (double)used / Math.Max(1, available), $"{used} of {available} connections in use."));
            if (reader.Value<double>(4) is { } mean)
            {
                results.Add(thresholds.Judge(
                    Component, "QueryTime", mean, string.Create(
                        CultureInfo.InvariantCulture, $"Statements took {Measure.Duration(TimeSpan.FromSeconds(mean))} on average, {reader.GetInt64(5):#,0} of them since the statistics began.")));
            }

            if (reader.Value<double>(6) is { } lag)
            {
                lag = Math.Max(0, lag);
                var behind = Measure.Duration(TimeSpan.FromSeconds(lag));
                results.Add(thresholds.Judge(
                    Component, "ReplicationLag", lag, standby ? $"This replica is {behind} behind." : $"{reader.GetInt64(8)} replicas; the last, '{reader.Text(7)}', is {behind} behind."));
            }

            var age = reader.GetInt64(9);
            results.Add(thresholds.Judge(
                Component, "TransactionAge", age, string.Create(
                    CultureInfo.InvariantCulture, $"The oldest transaction id, in the database {reader.GetString(10)}, is {age:#,0} old: {Measure.Format(age / AllTransactionIds, MeasureUnit.Ratio)} of the way to wraparound.")));
        }

        // The first question of a process also pays for compiling this client; the server's own time is that of a question for nothing.
        command.CommandText = "SELECT 1";
        var answer = await QuickestAnswer.MeasureAsync(thresholds[Component + ".Connection"], () => command.ExecuteScalarAsync(cancellationToken)).ConfigureAwait(false);
        return
        [
            thresholds.Judge(Component, "Connection", answer.TotalSeconds, $"PostgreSQL {version} ({role}) answered in {Measure.Duration(answer)}."),
            .. results, .. await pooler.ConfigureAwait(false),
        ];
    }
}
