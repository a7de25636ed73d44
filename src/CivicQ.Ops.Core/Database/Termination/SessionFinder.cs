using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>Finds sessions by number or condition, and says which of them must be left alone.</summary>
internal static class SessionFinder
{
    /// <summary>
    /// The condition, to be asked again in the very statement that signals: $1 idle, $2 running, $3 idle in transaction (null: not asked for),
    /// $4 database, $5 roles, $6 applications, $7 started before, $8 started after (null: any). Without any of the first three every state fits.
    /// A start that the role may not see fits: it may be that one.
    /// </summary>
    public const string Fits = """
        (($1::interval IS NULL AND $2::interval IS NULL AND $3::interval IS NULL)
          OR (a.state = 'idle' AND clock_timestamp() - a.state_change > $1)
          OR (a.state IN ('active', 'fastpath function call') AND clock_timestamp() - a.query_start > $2)
          OR (a.state IN ('idle in transaction', 'idle in transaction (aborted)') AND clock_timestamp() - a.state_change > $3))
        AND ($4::text IS NULL OR a.datname = $4) AND ($5::text[] IS NULL OR a.usename = ANY($5))
        AND ($6::text[] IS NULL OR a.application_name = ANY($6)) AND ($7::timestamptz IS NULL OR a.backend_start IS NULL OR a.backend_start < $7)
        AND ($8::timestamptz IS NULL OR a.backend_start IS NULL OR a.backend_start > $8)
        """;

    /// <summary>It sends the log to a replica or a backup. Of which kind a session is, is hidden from most roles; this view tells every role the numbers.</summary>
    public const string SendsLog = "(a.backend_type IS NOT DISTINCT FROM 'walsender' OR EXISTS (SELECT FROM pg_catalog.pg_stat_replication w WHERE w.pid = a.pid))";

    private const string HiddenClient = $"(a.backend_type IS NULL AND a.datname IS NOT NULL AND a.usename IS NOT NULL AND NOT {SendsLog})";

    // The locks are those of backups and restores, whose sessions wait for hours: LockNumbers. The query's text is cut here, not there: it may have another database's encoding.
    private const string Question = $"""
        SELECT a.pid, a.backend_start, a.datname::text, a.usename::text, coalesce(a.application_name, ''), a.state,
               clock_timestamp() - CASE WHEN a.state IN ('active', 'fastpath function call') THEN a.query_start ELSE a.state_change END,
               a.query, a.query_start, a.backend_type, a.pid = pg_catalog.pg_backend_pid(),
               coalesce(r.rolsuper, false) AND a.usename IS DISTINCT FROM current_user, a.xact_start, {SendsLog},
               EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = a.pid AND l.locktype = 'advisory' AND l.granted
                       AND l.classid = $11::int8::oid AND l.objid IN (2, 3, 4) AND l.objsubid = 2)
        FROM pg_catalog.pg_stat_activity a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
        WHERE ($9::int[] IS NULL AND (a.backend_type = 'client backend' OR $10 AND {HiddenClient}) OR a.pid = ANY($9)) AND {Fits}
        ORDER BY a.pid
        """;

    private const string HiddenCount = $"""
        SELECT count(*) FROM pg_catalog.pg_stat_activity a
        WHERE {HiddenClient} AND ($1::text IS NULL OR a.datname = $1) AND ($2::text[] IS NULL OR a.usename = ANY($2)) AND ($3::text[] IS NULL OR a.application_name = ANY($3))
        """;

    /// <summary>Finds them.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="request">Which ones.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Those that fit, and of those named also the ones that are gone or do not fit.</returns>
    public static async Task<IReadOnlyList<SessionCandidate>> FindAsync(NpgsqlConnection connection, SessionRequest request, CancellationToken cancellationToken)
    {
        var named = request.Named;
        await using var command = new NpgsqlCommand(Question, connection);
        command.Parameters.AddRange(Parameters(request.Condition).ToArray());
        command.Parameters.Add(DatabaseReader.Typed(named?.Keys.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer));
        command.Parameters.Add(new() { Value = request.Way == SessionChoice.Everybody });
        command.Parameters.Add(new() { Value = (long)LockNumbers.Class });
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
                    : session with
                    {
                        Refusal = SessionRefusal.Of(
                            new SessionNature(session, reader.Text(9), reader.GetBoolean(10), reader.GetBoolean(11), reader.GetBoolean(13), reader.GetBoolean(14)), request),
                    });
            }
        }

        if (named is not null)
        {
            foreach (var (processId, start) in named.Where(entry => !found.Exists(session => session.ProcessId == entry.Key)).ToList())
            {
                found.Add(await MissingAsync(connection, processId, start, request, cancellationToken).ConfigureAwait(false));
            }
        }

        return found;
    }

    /// <summary>How many clients' sessions there are of which the role may not see what they do, so that no limit of time finds them.</summary>
    public static async Task<long> HiddenAsync(NpgsqlConnection connection, SessionCondition condition, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(HiddenCount, connection);
        command.Parameters.AddRange(Parameters(condition).Skip(3).Take(3).ToArray());
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
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

    private static string? Statement(string? text) => text == StatementText.Hidden ? null : StatementText.Clean(text);

    private static SessionCandidate Read(NpgsqlDataReader reader) => new()
    {
        ProcessId = reader.GetInt32(0),
        BackendStart = reader.Value<DateTimeOffset>(1),
        Database = reader.Text(2),
        User = reader.Text(3),
        Application = reader.GetString(4),
        State = reader.Text(5),
        Age = reader.Value<TimeSpan>(6),
        Query = Statement(reader.Text(7)),
        QueryStart = reader.Value<DateTimeOffset>(8),
        TransactionStart = reader.Value<DateTimeOffset>(12),
        IsHidden = reader.IsDBNull(9),
    };

    private static async Task<SessionCandidate> MissingAsync(
        NpgsqlConnection connection, int processId, DateTimeOffset? start, SessionRequest request, CancellationToken cancellationToken)
    {
        if (processId == 0)
        {
            return new SessionCandidate
            {
                ProcessId = 0, Refusal = "It is a prepared transaction, which has no session: ROLLBACK PREPARED ends it, in its own database.",
            };
        }

        if (request.Condition is { HasLimit: false, Database: null, Users: null, Applications: null, StartedBefore: null, StartedAfter: null })
        {
            return new SessionCandidate { ProcessId = processId, BackendStart = start, IsGone = true };
        }

        var alone = request with { Condition = new SessionCondition(), Named = new Dictionary<int, DateTimeOffset?> { [processId] = start } };
        var there = (await FindAsync(connection, alone, cancellationToken).ConfigureAwait(false))[0];
        return there.IsGone ? there : there with
        {
            Refusal = there.Refusal ?? (there.IsHidden && request.Condition.HasLimit ? $"{SessionRefusal.Hidden}, so whether the condition fits it is not known." : "The condition does not fit it."),
        };
    }
}
