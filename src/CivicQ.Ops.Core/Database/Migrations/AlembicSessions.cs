using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>
/// The sessions of one run of Alembic: those that have the name it was given, or, where its driver gives itself none (asyncpg), those of the same role that began after it and were
/// seen with a lock on its table or on one that is being changed.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="connection">A connection that nobody else uses while Alembic runs.</param>
/// <param name="name">The name.</param>
internal sealed class AlembicSessions(EnvironmentContext context, NpgsqlConnection connection, string name)
{
    private const string Question = """
        SELECT a.pid, a.backend_start, a.application_name = $1
        FROM pg_catalog.pg_stat_activity a
        WHERE a.application_name = $1
           OR (a.usename = session_user AND a.datname = current_database() AND a.backend_start >= $2 AND a.pid <> pg_catalog.pg_backend_pid()
               AND a.application_name NOT IN ('pg_dump', 'pg_restore') AND a.application_name NOT LIKE 'CivicQ.Ops%'
               AND EXISTS (SELECT FROM pg_catalog.pg_locks l
                           WHERE l.pid = a.pid AND l.locktype = 'relation' AND l.database = a.datid
                             AND (l.relation = to_regclass('alembic_version') OR l.mode = 'AccessExclusiveLock' AND l.relation::int8 >= 16384)))
        """;

    private const string End = """
        SELECT count(pg_catalog.pg_terminate_backend(a.pid))
        FROM pg_catalog.pg_stat_activity a
        WHERE a.pid <> pg_catalog.pg_backend_pid()
          AND (a.application_name = $1 OR EXISTS (SELECT FROM unnest($2::int[], $3::timestamptz[]) AS s(pid, start) WHERE s.pid = a.pid AND s.start = a.backend_start))
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly Dictionary<(int ProcessId, DateTime Start), byte> unnamed = [];
    private DateTime start;
    private bool isNamed;

    /// <summary>Looks what time it is there, before Alembic begins.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken) => start = await DatabaseReader.OneAsync(
        connection, context.Timeout, "SELECT clock_timestamp()", [], reader => reader.GetDateTime(0), cancellationToken).ConfigureAwait(false);

    /// <summary>Looks every now and then which sessions there are, until it is ended. It never fails.</summary>
    /// <param name="foundUnnamed">Told once where Alembic's driver turns out not to heed what it was given.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task WatchAsync(Action foundUnnamed, CancellationToken cancellationToken)
    {
        var told = false;
        try
        {
            while (!isNamed)
            {
                await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
                await LookAsync(connection).ConfigureAwait(false);
                if (!told && !isNamed && unnamed.Count > 0)
                {
                    told = true;
                    foundUnnamed();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Alembic has ended.
        }
        catch (OperationException error)
        {
            context.Reporter.Verbose($"{context.Name}: Alembic's sessions are looked at no more: {error.Message}");
        }
    }

    /// <summary>Ends the sessions, for a server goes on with a statement whose client was killed until it has something to say to it.</summary>
    /// <param name="least">How long to look out for further ones at least.</param>
    public async Task EndAsync(TimeSpan least)
    {
        try
        {
            await EndAsync(connection, least).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            context.Reporter.Verbose(error.Message);
            await EndAnewAsync(least).ConfigureAwait(false);
        }
    }

    // On a new connection where the old one is broken.
    private async Task EndAnewAsync(TimeSpan least)
    {
        try
        {
            var fresh = await DatabaseConnector.OpenAsync(context, CancellationToken.None).ConfigureAwait(false);
            await using var closing = fresh.ConfigureAwait(false);
            await EndAsync(fresh, least).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            context.Reporter.Warning($"{context.Name}: whether Alembic's session has ended could not be seen: {error.Message}");
        }
    }

    private async Task EndAsync(NpgsqlConnection on, TimeSpan least)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            await LookAsync(on).ConfigureAwait(false);
            var found = isNamed ? [] : unnamed.Keys.ToList();
            var there = await DatabaseReader.OneAsync(
                on, context.Timeout, End,
                [
                    new NpgsqlParameter<string> { TypedValue = name },
                    DatabaseReader.Typed(found.Select(one => one.ProcessId).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer),
                    DatabaseReader.Typed(found.Select(one => one.Start).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz),
                ],
                reader => reader.GetInt64(0), CancellationToken.None).ConfigureAwait(false);
            if (there == 0 && clock.Elapsed >= least)
            {
                return;
            }

            if (clock.Elapsed > Patience + least)
            {
                context.Reporter.Warning($"{context.Name}: a session of Alembic was told to end, and is still there.");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(NpgsqlConnection on)
    {
        var rows = DatabaseReader.ReadAsync(
            on, context.Timeout, Question, [new NpgsqlParameter<string> { TypedValue = name }, DatabaseReader.Typed(start, NpgsqlDbType.TimestampTz)],
            reader => (Key: (reader.GetInt32(0), reader.IsDBNull(1) ? default : reader.GetDateTime(1)), Named: reader.GetBoolean(2)), CancellationToken.None);
        await foreach (var (key, named) in rows.ConfigureAwait(false))
        {
            isNamed |= named;
            if (!named)
            {
                unnamed[key] = 0;
            }
        }
    }
}
