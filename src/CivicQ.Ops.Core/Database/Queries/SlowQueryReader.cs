using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>Reads pg_stat_statements, whatever its version.</summary>
public static class SlowQueryReader
{
    // In milliseconds. The share is of all statements of the databases, whatever filter follows.
    private const string Question = """
        SELECT x.* FROM (
            SELECT d.datname, r.rolname, s.queryid, left(s.query, 4096) AS query, s.calls, s.{total} AS total, s.{mean} AS mean, s.{min} AS shortest, s.{max} AS longest,
                   s.{stddev} AS deviation, s.rows, s.shared_blks_hit, s.shared_blks_read, s.temp_blks_written * current_setting('block_size')::bigint, {since},
                   s.{total} / nullif(sum(s.{total}) OVER (), 0) AS share
            FROM {schema}pg_stat_statements s
            LEFT JOIN pg_database d ON d.oid = s.dbid
            LEFT JOIN pg_roles r ON r.oid = s.userid
            WHERE CASE WHEN $1 IS NULL THEN d.datname = current_database() ELSE d.datname ~* ANY ($1) END) x
        WHERE x.mean >= $2
        ORDER BY CASE $3 WHEN 'MeanTime' THEN x.mean WHEN 'Calls' THEN x.calls WHEN 'Rows' THEN x.rows ELSE x.total END DESC, x.queryid
        LIMIT $4
        """;

    private const string Installation = """
        SELECT (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'),
               (SELECT extversion FROM pg_extension WHERE extname = 'pg_stat_statements')
        """;

    private static readonly string[] Measured = ["total", "mean", "min", "max", "stddev"];
    private static readonly Version TimesRenamed = new(1, 8);
    private static readonly Version InfoAdded = new(1, 9);
    private static readonly Version SinceAdded = new(1, 11);

    /// <summary>Reads the statements.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="request">Which ones.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The statements in order.</returns>
    /// <exception cref="OperationException"><c>StatementStatisticsNotInstalled</c>, and those of any question.</exception>
    public static async IAsyncEnumerable<SlowQuery> ReadAsync(
        EnvironmentContext context, SlowQueryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);

        // The extension mostly has the version that came with the server: one round trip then. One that was never updated, or stands in
        // another schema, is asked about first.
        List<SlowQuery> rows;
        try
        {
            rows = await AskAsync(connection, context, request, Sql(Shipped(connection.PostgreSqlVersion), ""), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (IsUnknown(error))
        {
            var (version, schema) = await InstalledAsync(connection, context, cancellationToken).ConfigureAwait(false);
            rows = await AskAsync(connection, context, request, Sql(version, SqlIdentifier.Quote(schema) + "."), cancellationToken).ConfigureAwait(false);
        }

        foreach (var row in rows)
        {
            yield return row;
        }
    }

    private static Version Shipped(Version server) => server.Major switch
    {
        >= 17 => SinceAdded,
        >= 14 => InfoAdded,
        _ => TimesRenamed,
    };

    private static string Sql(Version version, string schema)
    {
        var infix = version >= TimesRenamed ? "_exec" : "";
        var since = version >= SinceAdded ? "s.stats_since" : version >= InfoAdded ? $"(SELECT stats_reset FROM {schema}pg_stat_statements_info)" : "NULL::timestamptz";
        return Measured
            .Aggregate(Question, (sql, name) => sql.Replace($"{{{name}}}", $"{name}{infix}_time", StringComparison.Ordinal))
            .Replace("{since}", since, StringComparison.Ordinal)
            .Replace("{schema}", schema, StringComparison.Ordinal);
    }

    private static async Task<List<SlowQuery>> AskAsync(
        NpgsqlConnection connection, EnvironmentContext context, SlowQueryRequest request, string sql, CancellationToken cancellationToken)
    {
        NpgsqlParameter[] parameters =
        [
            DatabaseReader.Texts(SqlPattern.Of(request.Databases)),
            DatabaseReader.Typed(request.MinimumMeanTime.TotalMilliseconds, NpgsqlDbType.Double),
            DatabaseReader.Typed(request.OrderBy.ToString(), NpgsqlDbType.Text),
            DatabaseReader.Typed(request.Top, NpgsqlDbType.Integer),
        ];
        var result = new List<SlowQuery>();
        try
        {
            var rows = DatabaseReader.ReadAsync(connection, context.Timeout, sql, parameters, reader => Query(reader, context.Name), cancellationToken);
            await foreach (var row in rows.ConfigureAwait(false))
            {
                result.Add(row);
            }
        }
        catch (OperationException error) when (error.InnerException is PostgresException { SqlState: PostgresErrorCodes.ObjectNotInPrerequisiteState })
        {
            throw NotInstalled(connection, "the extension is there, but its library is not loaded", error);
        }

        return result;
    }

    private static async Task<(Version Version, string Schema)> InstalledAsync(NpgsqlConnection connection, EnvironmentContext context, CancellationToken cancellationToken)
    {
        var rows = DatabaseReader.ReadAsync(connection, context.Timeout, Installation, [], reader => (Schema: reader.Text(0), Version: reader.Text(1)), cancellationToken);
        await foreach (var row in rows.ConfigureAwait(false))
        {
            if (row is { Schema: { } schema, Version: { } version })
            {
                return (Version.Parse(version), schema);
            }
        }

        throw NotInstalled(connection, "the extension is not there", null);
    }

    private static OperationException NotInstalled(NpgsqlConnection connection, string what, Exception? cause) => new(
        DatabaseErrors.StatementStatisticsNotInstalled,
        $"{DatabaseReader.TargetOf(connection)}: the server keeps no statistics of statements here, {what}. First, ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements' "
        + "(after the libraries that are set already) and a restart of the server; then, in this database, CREATE EXTENSION pg_stat_statements.",
        DatabaseReader.TargetOf(connection), cause);

    private static bool IsUnknown(OperationException error) => error.InnerException is PostgresException
    {
        SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction,
    };

    private static SlowQuery Query(NpgsqlDataReader reader, string environment)
    {
        var text = reader.Text(3);
        var (calls, rows, hit, read) = (reader.GetInt64(4), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12));
        return new SlowQuery
        {
            Environment = environment,
            Database = reader.Text(0),
            User = reader.Text(1),
            QueryId = reader.Value<long>(2),
            Query = text == StatementText.Hidden ? null : StatementText.Clean(text),
            IsHidden = text == StatementText.Hidden,
            Calls = calls,
            TotalTime = TimeSpan.FromMilliseconds(reader.GetDouble(5)),
            MeanTime = TimeSpan.FromMilliseconds(reader.GetDouble(6)),
            MinimumTime = TimeSpan.FromMilliseconds(reader.GetDouble(7)),
            MaximumTime = TimeSpan.FromMilliseconds(reader.GetDouble(8)),
            StandardDeviation = TimeSpan.FromMilliseconds(reader.GetDouble(9)),
            Rows = rows,
            RowsPerCall = calls > 0 ? (double)rows / calls : 0,
            CacheHitRatio = hit + read > 0 ? (double)hit / (hit + read) : null,
            TemporaryBytes = reader.GetInt64(13),
            Since = reader.Value<DateTimeOffset>(14),
            TotalTimeShare = reader.Value<double>(15) ?? 0,
        };
    }
}
