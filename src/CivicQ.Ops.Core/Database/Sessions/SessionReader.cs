using CivicQ.Ops.Core.Environments;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Sessions;

/// <summary>Lists the sessions of a server.</summary>
public static class SessionReader
{
    // pg_blocking_pids locks the whole lock table for a moment, so it is asked for those who wait alone. A role without
    // pg_read_all_stats sees neither kind nor start of others: they count as clients where they belong to a database. The statement is not cut there: it may have
    // another database's encoding.
    private const string Question = """
        SELECT a.datname, a.pid, a.usename, coalesce(a.application_name, ''), host(a.client_addr), a.state, a.backend_type,
               a.backend_start, a.xact_start, a.query_start, a.state_change,
               statement_timestamp() - a.state_change, statement_timestamp() - a.query_start, statement_timestamp() - a.xact_start,
               a.wait_event_type, a.wait_event, a.query, {0}, b.pids, a.leader_pid, coalesce(r.rolsuper, false), a.pid = pg_backend_pid()
        FROM pg_stat_activity a
        LEFT JOIN pg_roles r ON r.oid = a.usesysid
        CROSS JOIN LATERAL (SELECT CASE WHEN a.wait_event_type IN ('Lock', 'IPC') THEN pg_blocking_pids(a.pid) ELSE '{}' END AS pids) b
        WHERE ($1 IS NULL OR a.state = ANY ($1))
          AND ($2 IS NULL OR statement_timestamp() - a.state_change >= $2)
          AND (NOT $3 OR cardinality(b.pids) > 0)
          AND ($4 IS NULL OR a.usename ~* ANY ($4))
          AND ($5 IS NULL OR coalesce(a.application_name, '') ~* ANY ($5))
          AND ($6 IS NULL OR a.datname ~* ANY ($6))
          AND ($7 IS NULL OR a.pid = ANY ($7))
          AND ($8 OR (a.pid <> pg_backend_pid() AND (a.backend_type = 'client backend' OR (a.backend_type IS NULL AND a.datname IS NOT NULL))))
        ORDER BY a.state_change NULLS LAST, a.pid
        """;

    private const int QueryIdSince = 14;

    /// <summary>Connects and lists the sessions, those longest in their state first.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="filter">Which ones.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The sessions, as they arrive.</returns>
    public static IAsyncEnumerable<DatabaseSession> ReadAsync(EnvironmentContext context, SessionFilter filter, CancellationToken cancellationToken) =>
        DatabaseReader.ReadAsync(context, null, Sql, Parameters(filter), reader => Session(reader, context.Name), cancellationToken);

    /// <summary>Lists the sessions over a connection that is there.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="environment">The environment's name, for the records.</param>
    /// <param name="filter">Which ones.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancellationToken">Cancels the statement on the server.</param>
    /// <returns>The sessions, as they arrive.</returns>
    public static IAsyncEnumerable<DatabaseSession> ReadAsync(
        NpgsqlConnection connection, string environment, SessionFilter filter, TimeSpan timeout, CancellationToken cancellationToken) =>
        DatabaseReader.ReadAsync(
            connection, timeout, Sql(connection.PostgreSqlVersion), Parameters(filter), reader => Session(reader, environment), cancellationToken);

    /// <summary>A state in the server's words.</summary>
    /// <param name="state">The state.</param>
    /// <returns>The words; <see langword="null"/> for <see cref="DatabaseSessionState.Unknown"/>.</returns>
    public static string? Words(DatabaseSessionState state) => state switch
    {
        DatabaseSessionState.Active => "active",
        DatabaseSessionState.Idle => "idle",
        DatabaseSessionState.IdleInTransaction => "idle in transaction",
        DatabaseSessionState.IdleInTransactionAborted => "idle in transaction (aborted)",
        DatabaseSessionState.FastPathFunctionCall => "fastpath function call",
        DatabaseSessionState.Disabled => "disabled",
        DatabaseSessionState.Starting => "starting",
        _ => null,
    };

    private static string Sql(Version version) =>
        Question.Replace("{0}", version.Major >= QueryIdSince ? "a.query_id" : "NULL::bigint", StringComparison.Ordinal);

    private static NpgsqlParameter[] Parameters(SessionFilter filter) =>
    [
        DatabaseReader.Texts(filter.States is { Count: > 0 } states ? [.. states.Select(Words).OfType<string>()] : null),
        DatabaseReader.Typed(filter.OlderThan, NpgsqlDbType.Interval),
        DatabaseReader.Typed(filter.Blocked, NpgsqlDbType.Boolean),
        DatabaseReader.Texts(SqlPattern.Of(filter.Users)),
        DatabaseReader.Texts(SqlPattern.Of(filter.Applications)),
        DatabaseReader.Texts(SqlPattern.Of(filter.Databases)),
        DatabaseReader.Typed(filter.ProcessIds is { Count: > 0 } ids ? ids.ToArray() : null, NpgsqlDbType.Array | NpgsqlDbType.Integer),
        DatabaseReader.Typed(filter.IncludeBackground, NpgsqlDbType.Boolean),
    ];

    private static DatabaseSession Session(NpgsqlDataReader reader, string environment)
    {
        var state = State(reader.Text(5));
        var (duration, sinceQuery) = (reader.Elapsed(11), reader.Elapsed(12));
        var query = reader.Text(16);
        var hidden = query == StatementText.Hidden;
        return new DatabaseSession
        {
            Environment = environment,
            Database = reader.Text(0),
            ProcessId = reader.GetInt32(1),
            User = reader.Text(2),
            Application = reader.GetString(3),
            ClientAddress = reader.Text(4),
            State = state,
            BackendType = reader.Text(6),
            BackendStart = reader.Value<DateTimeOffset>(7),
            TransactionStart = reader.Value<DateTimeOffset>(8),
            QueryStart = reader.Value<DateTimeOffset>(9),
            StateChange = reader.Value<DateTimeOffset>(10),
            Duration = duration,
            Running = state is DatabaseSessionState.Active or DatabaseSessionState.FastPathFunctionCall ? sinceQuery : null,
            Idle = state is DatabaseSessionState.Idle or DatabaseSessionState.IdleInTransaction or DatabaseSessionState.IdleInTransactionAborted ? duration : null,
            TransactionAge = reader.Elapsed(13),
            WaitEventType = reader.Text(14),
            WaitEvent = reader.Text(15),
            Query = hidden ? null : StatementText.Clean(query),
            QueryId = reader.Value<long>(17),
            IsHidden = hidden,
            BlockedBy = [.. reader.GetFieldValue<int[]>(18).Distinct()],
            LeaderProcessId = reader.Value<int>(19),
            IsSuperuser = reader.GetBoolean(20),
            IsOwn = reader.GetBoolean(21),
        };
    }

    private static DatabaseSessionState State(string? words) => words is null
        ? DatabaseSessionState.Unknown
        : Enum.GetValues<DatabaseSessionState>().FirstOrDefault(state => Words(state) == words);
}
