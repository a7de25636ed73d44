using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>
/// Stops sessions. Number, start and condition are asked again in the very statement that signals, so that nothing else can be hit; afterwards it is
/// looked whether the statement, or the session, is really gone.
/// </summary>
public sealed class SessionStopper : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly NpgsqlConnection connection;
    private readonly string environment;

    private SessionStopper(NpgsqlConnection connection, string environment) => (this.connection, this.environment) = (connection, environment);

    /// <summary>Connects.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The stopper; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public static async Task<SessionStopper> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        new(await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false), context.Name);

    /// <summary>Finds sessions.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="named">Sessions named by number, with their start where it is known; <see langword="null"/>: all that fit the condition.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The sessions; those that must be left alone say why.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public Task<IReadOnlyList<SessionCandidate>> FindAsync(
        SessionCondition condition, IReadOnlyDictionary<int, DateTimeOffset?>? named, CancellationToken cancellationToken) =>
        FindAsync(condition, named, named is null ? SessionChoice.Condition : SessionChoice.Typed, cancellationToken);

    /// <summary>Finds sessions that were chosen in one way or another.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="named">Sessions named by number, with their start where it is known; <see langword="null"/>: all that fit the condition.</param>
    /// <param name="way">How they came to be chosen.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The sessions; those that must be left alone say why.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public Task<IReadOnlyList<SessionCandidate>> FindAsync(
        SessionCondition condition, IReadOnlyDictionary<int, DateTimeOffset?>? named, SessionChoice way, CancellationToken cancellationToken) =>
        AskAsync(() => SessionFinder.FindAsync(connection, new SessionRequest(environment, condition, named, way), cancellationToken));

    /// <summary>Counts the sessions that no limit of time can find, because the role may not see what they do.</summary>
    /// <param name="condition">The condition, whose limits of time do not count.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The number.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public Task<long> HiddenAsync(SessionCondition condition, CancellationToken cancellationToken) =>
        AskAsync(() => SessionFinder.HiddenAsync(connection, condition, cancellationToken));

    /// <summary>Stops sessions, all at the same time.</summary>
    /// <param name="sessions">The sessions, as they were found.</param>
    /// <param name="condition">The condition under which they were found.</param>
    /// <param name="options">How.</param>
    /// <param name="write">Takes each result as it comes.</param>
    /// <param name="cancellationToken">Ends it; who was signalled stays signalled.</param>
    /// <returns>The running work.</returns>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public Task StopAsync(
        IReadOnlyList<SessionCandidate> sessions, SessionCondition condition, SessionStopOptions options, Func<SessionStopResult, CancellationToken, ValueTask> write,
        CancellationToken cancellationToken) =>
        AskAsync(async () =>
        {
            var clock = Stopwatch.StartNew();
            List<SessionCandidate> cancelled = [];
            List<SessionCandidate> ended = [];
            foreach (var session in sessions)
            {
                if (Known(session, options) is { } known)
                {
                    await write(known, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                // Where nobody can say what it does, no session is ended that was not to be ended in any case.
                var cancel = options.Mode != SessionStopMode.Terminate && (session.IsActive || session.IsUnknown);
                var (ending, signalled) = await SignalAsync(session, condition, cancel, null, cancellationToken).ConfigureAwait(false);
                if (ending is null && cancel && session.IsUnknown)
                {
                    ending = Result(session, SessionStopOutcome.CancelSent, Unseen(session, options), clock.Elapsed);
                }

                if (ending is not null)
                {
                    await write(ending, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    (cancel ? cancelled : ended).Add(signalled);
                }
            }

            // A cancel that comes between two statements is not heeded, one that the statement catches leaves the locks. Whoever was named is to let go of them;
            // whoever ran for too long is to stop just that.
            var whole = options.Mode == SessionStopMode.CancelThenTerminate && !condition.HasLimit;
            var running = await AwaitAsync(
                cancelled, options.Grace, (session, now) => now is null || !(IsSameStatement(session, now) || (whole && IsSameTransaction(session, now))),
                (session, now) => Result(session, now is null ? SessionStopOutcome.Terminated : SessionStopOutcome.Cancelled, null, clock.Elapsed), write, cancellationToken).ConfigureAwait(false);
            foreach (var session in running)
            {
                if (options.Mode == SessionStopMode.Cancel)
                {
                    await write(Result(session, SessionStopOutcome.StillThere, "It was cancelled, and its statement still runs.", clock.Elapsed), cancellationToken).ConfigureAwait(false);
                }
                else if ((await SignalAsync(session, condition, cancel: false, new Moment(session.QueryStart, whole ? session.TransactionStart : null), cancellationToken).ConfigureAwait(false)).Ending is { } ending)
                {
                    // It stopped in the last moment: that is what was asked for.
                    await write(
                        ending.Outcome == SessionStopOutcome.Refused ? Result(session, SessionStopOutcome.Cancelled, null, clock.Elapsed) : ending, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    ended.Add(session);
                }
            }

            foreach (var session in await AwaitAsync(
                ended, options.Timeout, (_, now) => now is null, (session, _) => Result(session, SessionStopOutcome.Terminated, null, clock.Elapsed), write, cancellationToken).ConfigureAwait(false))
            {
                await write(Result(session, SessionStopOutcome.StillThere, "It was told to end, and is still there.", clock.Elapsed), cancellationToken).ConfigureAwait(false);
            }

            return true;
        });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>The result for a session to which nothing is to be done; <see langword="null"/> where something is.</summary>
    /// <param name="session">The session.</param>
    /// <param name="options">How it is to be stopped.</param>
    /// <returns>The result.</returns>
    public SessionStopResult? Known(SessionCandidate session, SessionStopOptions options) =>
        session.IsGone ? Result(session, SessionStopOutcome.Gone, "There is no such session any more.", TimeSpan.Zero)
        : session.Refusal is { } refusal ? Result(session, SessionStopOutcome.Refused, refusal, TimeSpan.Zero)
        : options.Mode == SessionStopMode.Cancel && !session.IsUnknown && !session.IsActive
            ? Result(session, SessionStopOutcome.Refused, $"It is {session.State}: there is no statement to cancel.", TimeSpan.Zero)
        : null;

    private static bool IsSameStatement(SessionCandidate session, SessionCandidate now) => now.IsActive && now.QueryStart == session.QueryStart;

    // An aborted transaction has let go of its locks.
    private static bool IsSameTransaction(SessionCandidate session, SessionCandidate now) =>
        session.TransactionStart is { } start && now.TransactionStart == start && (now.IsActive || now.State == "idle in transaction");

    private static string Unseen(SessionCandidate session, SessionStopOptions options) =>
        (session.IsHidden ? SessionRefusal.Hidden : "It does not tell what it does (track_activities is off, or it has only just begun)")
        + ", so whether a statement has stopped is not known."
        + (options.Mode == SessionStopMode.CancelThenTerminate ? " The session was not ended: -Mode Terminate ends it." : "");

    // No ending: the signal is on its way, and the session is as it was at that moment.
    private async Task<(SessionStopResult? Ending, SessionCandidate Session)> SignalAsync(
        SessionCandidate session, SessionCondition condition, bool cancel, Moment? moment, CancellationToken cancellationToken)
    {
        // The function's name is one of two constants; where the role may not see the start, role and database have to do.
        var sql = $"""
            SELECT pg_catalog.{(cancel ? "pg_cancel_backend" : "pg_terminate_backend")}(a.pid), a.query_start, a.xact_start FROM pg_catalog.pg_stat_activity a
            WHERE a.pid = $9 AND a.backend_start IS NOT DISTINCT FROM $10::timestamptz AND a.usename IS NOT DISTINCT FROM $11::text AND a.datname IS NOT DISTINCT FROM $12::text
              AND ($13::timestamptz IS NULL AND $14::timestamptz IS NULL OR a.state IN ('active', 'fastpath function call') AND a.query_start = $13
                   OR a.state <> 'idle in transaction (aborted)' AND a.xact_start = $14)
              AND a.pid <> pg_catalog.pg_backend_pid() AND NOT {SessionFinder.SendsLog} AND {SessionFinder.Fits}
            """;
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(SessionFinder.Parameters(condition).ToArray());
        command.Parameters.Add(new() { Value = session.ProcessId });
        command.Parameters.Add(DatabaseReader.Typed(session.BackendStart?.UtcDateTime, NpgsqlDbType.TimestampTz));
        command.Parameters.Add(DatabaseReader.Typed(session.User, NpgsqlDbType.Text));
        command.Parameters.Add(DatabaseReader.Typed(session.Database, NpgsqlDbType.Text));
        command.Parameters.Add(DatabaseReader.Typed(moment?.Statement?.UtcDateTime, NpgsqlDbType.TimestampTz));
        command.Parameters.Add(DatabaseReader.Typed(moment?.Transaction?.UtcDateTime, NpgsqlDbType.TimestampTz));
        try
        {
            await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    return (
                        reader.GetBoolean(0) ? null : Result(session, SessionStopOutcome.Gone, "It ended by itself.", TimeSpan.Zero),
                        session with { QueryStart = reader.Value<DateTimeOffset>(1), TransactionStart = reader.Value<DateTimeOffset>(2) });
                }
            }

            var now = (await LookAsync([session], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(session.ProcessId);
            return (now is null
                ? Result(session, SessionStopOutcome.Gone, "It ended by itself.", TimeSpan.Zero)
                : Result(session, SessionStopOutcome.Refused, $"The condition does not fit it any more: it is {now.State ?? "of unknown state"} now.", TimeSpan.Zero), session);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return (Result(session, SessionStopOutcome.NotPermitted, error.MessageText, TimeSpan.Zero), session);
        }
    }

    private async Task<IReadOnlyList<SessionCandidate>> AwaitAsync(
        IReadOnlyList<SessionCandidate> sessions, TimeSpan time, Func<SessionCandidate, SessionCandidate?, bool> isDone,
        Func<SessionCandidate, SessionCandidate?, SessionStopResult> result, Func<SessionStopResult, CancellationToken, ValueTask> write, CancellationToken cancellationToken)
    {
        var left = sessions.ToList();
        var clock = Stopwatch.StartNew();
        while (left.Count > 0)
        {
            var late = clock.Elapsed >= time;
            var now = await LookAsync(left, cancellationToken).ConfigureAwait(false);
            foreach (var session in left.ToList())
            {
                var found = now.GetValueOrDefault(session.ProcessId);
                if (isDone(session, found))
                {
                    left.Remove(session);
                    await write(result(session, found), cancellationToken).ConfigureAwait(false);
                }
            }

            // One look more after the time was over: it may have been spent elsewhere.
            if (late || left.Count == 0)
            {
                break;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return left;
    }

    // Those of the sessions that are still there.
    private async Task<Dictionary<int, SessionCandidate>> LookAsync(IReadOnlyList<SessionCandidate> sessions, CancellationToken cancellationToken)
    {
        const string Sql = """
            SELECT a.pid, a.state, a.query_start, a.xact_start FROM pg_catalog.pg_stat_activity a
            JOIN unnest($1::int[], $2::timestamptz[]) AS s(pid, start) ON a.pid = s.pid AND (s.start IS NULL OR a.backend_start IS NULL OR a.backend_start = s.start)
            """;
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new() { Value = sessions.Select(session => session.ProcessId).ToArray() },
                new() { Value = sessions.Select(session => session.BackendStart?.UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
            },
        };
        Dictionary<int, SessionCandidate> found = [];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            found[reader.GetInt32(0)] = new SessionCandidate
            {
                ProcessId = reader.GetInt32(0),
                State = reader.Text(1),
                QueryStart = reader.Value<DateTimeOffset>(2),
                TransactionStart = reader.Value<DateTimeOffset>(3),
            };
        }

        return found;
    }

    private async Task<T> AskAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            throw DatabaseReader.Translate(error, connection);
        }
    }

    private SessionStopResult Result(SessionCandidate session, SessionStopOutcome outcome, string? reason, TimeSpan duration) => new()
    {
        Environment = environment,
        Database = session.Database,
        ProcessId = session.ProcessId,
        BackendStart = session.BackendStart,
        User = session.User,
        Application = session.Application,
        State = session.State,
        Age = session.Age,
        Query = session.Query,
        Outcome = outcome,
        Reason = reason,
        Duration = duration,
    };

    // What a session was at when it was told to stop.
    private sealed record Moment(DateTimeOffset? Statement, DateTimeOffset? Transaction);
}
