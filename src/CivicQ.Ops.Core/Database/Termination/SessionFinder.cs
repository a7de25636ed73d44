using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>Finds sessions by number or condition, and says which of them must be left alone.</summary>
internal static class SessionFinder
{
    /// <summary>
    /// The condition, to be asked again in the very statement that signals: $1 idle, $2 running, $3 idle in transaction (null: not asked for),
    /// $4 database, $5 roles, $6 applications, $7 started before, $8 started after (null: any). Without any of the first three every state fits.
    /// </summary>
    public const string Fits = """
        (($1::interval IS NULL AND $2::interval IS NULL AND $3::interval IS NULL)
          OR (a.state = 'idle' AND clock_timestamp() - a.state_change > $1)
          OR (a.state IN ('active', 'fastpath function call') AND clock_timestamp() - a.query_start > $2)
          OR (a.state IN ('idle in transaction', 'idle in transaction (aborted)') AND clock_timestamp() - a.state_change > $3))
        AND ($4::text IS NULL OR a.datname = $4) AND ($5::text[] IS NULL OR a.usename = ANY($5))
        AND ($6::text[] IS NULL OR a.application_name = ANY($6)) AND ($7::timestamptz IS NULL OR a.backend_start < $7)
        AND ($8::timestamptz IS NULL OR a.backend_start > $8)
        """;

    private const string Question = $"""
        SELECT a.pid, a.backend_start, a.datname::text, a.usename::text, coalesce(a.application_name, ''), a.state,
               clock_timestamp() - CASE WHEN a.state IN ('active', 'fastpath function call') THEN a.query_start ELSE a.state_change END,
               left(a.query, 1024), a.query_start, a.backend_type, a.pid = pg_catalog.pg_backend_pid(),
               coalesce(r.rolsuper, false) AND a.usename IS DISTINCT FROM current_user
        FROM pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
        WHERE ($9::int[] IS NULL AND a.backend_type = 'client backend' OR a.pid = ANY($9)) AND {Fits}
        ORDER BY a.pid
        """;

    /// <summary>Finds them.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="condition">The condition.</param>
    /// <param name="named">Sessions named by number, with their start where it is known; <see langword="null"/>: all that fit the condition.</param>
    /// <param name="whoever">True where superusers' sessions are meant too.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Those that fit, and of those named also the ones that are gone or do not fit.</returns>
    public static async Task<IReadOnlyList<SessionCandidate>> FindAsync(
        NpgsqlConnection connection, SessionCondition condition, IReadOnlyDictionary<int, DateTimeOffset?>? named, bool whoever, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Question, connection);
        command.Parameters.AddRange(Parameters(condition).Append(DatabaseReader.Typed(named?.Keys.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer)).ToArray());
        List<SessionCandidate> found = [];
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var session = Read(reader);
                var start = named?.GetValueOrDefault(session.ProcessId);
                // The number is another session's now: the one that was meant is gone.
                found.Add(start is { } expected && session.BackendStart is { } actual && expected != actual
                    ? new SessionCandidate { ProcessId = session.ProcessId, BackendStart = expected, IsGone = true }
                    : session with { Refusal = Refusal(reader, session, named is not null, whoever) });
            }
        }

        if (named is not null)
        {
            foreach (var (processId, start) in named.Where(entry => !found.Exists(session => session.ProcessId == entry.Key)).ToList())
            {
                found.Add(await MissingAsync(connection, processId, start, condition, cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }

    /// <summary>The parameters of <see cref="Fits"/>.</summary>
    public static IEnumerable<NpgsqlParameter> Parameters(SessionCondition condition)
    {
        yield return DatabaseReader.Typed(condition.IdleLongerThan, NpgsqlDbType.Interval);
        yield return DatabaseReader.Typed(condition.RunningLongerThan, NpgsqlDbType.Interval);
        yield return DatabaseReader.Typed(condition.IdleInTransactionLongerThan, NpgsqlDbType.Interval);
        yield return DatabaseReader.Typed(condition.Database, NpgsqlDbType.Text);
        yield return DatabaseReader.Typed(condition.Users?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        yield return DatabaseReader.Typed(condition.Applications?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        yield return DatabaseReader.Typed(condition.StartedBefore?.UtcDateTime, NpgsqlDbType.TimestampTz);
        yield return DatabaseReader.Typed(condition.StartedAfter?.UtcDateTime, NpgsqlDbType.TimestampTz);
    }

    private static SessionCandidate Read(NpgsqlDataReader reader) => new()
    {
        ProcessId = reader.GetInt32(0),
        BackendStart = reader.Value<DateTimeOffset>(1),
        Database = reader.Text(2),
        User = reader.Text(3),
        Application = reader.GetString(4),
        State = reader.Text(5),
        Age = reader.Value<TimeSpan>(6),
        Query = StatementText.Clean(reader.Text(7)),
        QueryStart = reader.Value<DateTimeOffset>(8),
    };

    private static string? Refusal(NpgsqlDataReader reader, SessionCandidate session, bool named, bool whoever)
    {
        var type = reader.Text(9);
        if (reader.GetBoolean(10))
        {
            return "This is the session of the cmdlet itself.";
        }

        if (type == "walsender")
        {
            return "It sends the log to a replica or a backup.";
        }

        if (type is not (null or "client backend" or "autovacuum worker"))
        {
            return $"It is no client's session but the server's own ({type}).";
        }

        if (named)
        {
            return null;
        }

        return session.Application is "pg_dump" or "pg_dumpall" ? $"It is a backup ({session.Application}); name it with -ProcessId if you mean it."
            : reader.GetBoolean(11) && !whoever ? $"It is the session of another superuser ({session.User}); name it with -ProcessId if you mean it."
            : null;
    }

    private static async Task<SessionCandidate> MissingAsync(
        NpgsqlConnection connection, int processId, DateTimeOffset? start, SessionCondition condition, CancellationToken cancellationToken)
    {
        if (processId == 0)
        {
            return new SessionCandidate
            {
                ProcessId = 0, Refusal = "It is a prepared transaction, which has no session: ROLLBACK PREPARED ends it, in its own database.",
            };
        }

        if (!condition.HasLimit && condition is { Database: null, Users: null, Applications: null, StartedBefore: null, StartedAfter: null })
        {
            return new SessionCandidate { ProcessId = processId, BackendStart = start, IsGone = true };
        }

        var there = await FindAsync(connection, new SessionCondition(), new Dictionary<int, DateTimeOffset?> { [processId] = start }, true, cancellationToken).ConfigureAwait(false);
        return there[0].IsGone ? there[0] : there[0] with { Refusal = there[0].Refusal ?? "The condition does not fit it." };
    }
}
