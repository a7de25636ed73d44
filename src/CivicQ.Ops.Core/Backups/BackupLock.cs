using System.Globalization;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Backups;

/// <summary>Keeps a second backup or restore of the same kind off a database: an advisory lock of the session, which the server lets go of when we are gone.</summary>
internal static class BackupLock
{
    // "CIVQ"; 1 is maintenance's, 2 and 3 those of logical and physical backups, 4 that of restores.
    internal const int LockClass = 0x43495651;

    /// <summary>The lock of restores into a database.</summary>
    public const int Restore = 4;

    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(5);

    private const string Holder = """
        SELECT a.pid, coalesce(a.usename::text, '?'), coalesce(host(a.client_addr), 'unix socket'), a.backend_start
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::int8::oid AND l.objid = $2::int8::oid AND l.objsubid = 2
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        """;

    // The session that holds the lock has nothing to do for hours.
    private const string Unhurried = """
        SELECT set_config(name, '0', false) FROM (VALUES ('idle_session_timeout'), ('idle_in_transaction_session_timeout'), ('transaction_timeout')) AS wanted (name)
        WHERE current_setting(name, true) IS NOT NULL
        """;

    /// <summary>The lock of backups of a kind.</summary>
    public static int Of(BackupKind kind) => kind == BackupKind.Physical ? 3 : 2;

    /// <summary>Takes the lock on a connection that stays open as long as it is needed.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.Busy"/>: the message names who holds it.</exception>
    public static async Task TakeAsync(NpgsqlConnection connection, int number, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await LiftTimeoutsAsync(connection, timeout, cancellationToken).ConfigureAwait(false);
        var taken = await DatabaseReader.ReadAsync(
            connection, timeout, "SELECT pg_catalog.pg_try_advisory_lock($1, $2)", [new NpgsqlParameter { Value = LockClass }, new NpgsqlParameter { Value = number }],
            reader => reader.GetBoolean(0), cancellationToken).FirstAsync(cancellationToken).ConfigureAwait(false);
        if (taken)
        {
            return;
        }

        var who = "a session that has just ended";
        await foreach (var one in DatabaseReader.ReadAsync(
            connection, timeout, Holder, [new NpgsqlParameter { Value = (long)LockClass }, new NpgsqlParameter { Value = (long)number }],
            reader => string.Create(CultureInfo.InvariantCulture, $"process {reader.GetInt32(0)} ({reader.GetString(1)}, from {reader.GetString(2)}, since {(reader.IsDBNull(3) ? "?" : reader.GetFieldValue<DateTimeOffset>(3).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture))})"),
            cancellationToken).ConfigureAwait(false))
        {
            who = one;
        }

        throw new OperationException(
            BackupErrors.Busy, $"Another {(number == Restore ? "restore" : "backup")} works on {DatabaseReader.TargetOf(connection)}: {who}.", DatabaseReader.TargetOf(connection));
    }

    /// <summary>Lets go of the lock and closes the connection: a session that is merely closed may keep it for a moment more, and hinder the next step.</summary>
    public static async ValueTask EndAsync(NpgsqlConnection connection, int number)
    {
        if (connection.FullState == System.Data.ConnectionState.Open)
        {
            try
            {
                await DatabaseReader.ReadAsync(
                    connection, Parting, "SELECT pg_catalog.pg_advisory_unlock($1, $2)", [new NpgsqlParameter { Value = LockClass }, new NpgsqlParameter { Value = number }],
                    reader => reader.GetBoolean(0), CancellationToken.None).FirstAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationException)
            {
                // The server lets go of it when it notices the end of the session.
            }
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Lifts the time-outs that would end a session which waits.</summary>
    public static Task<string> LiftTimeoutsAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken) =>
        DatabaseReader.ReadAsync(connection, timeout, Unhurried, [], reader => reader.GetString(0), cancellationToken).FirstAsync(cancellationToken);

    /// <summary>Sees to it that the session which holds the lock is still there.</summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>: the lock was let go, and another run may have begun.</exception>
    public static Task<int> EnsureHeldAsync(NpgsqlConnection connection, TimeSpan timeout, CancellationToken cancellationToken) =>
        DatabaseReader.ReadAsync(connection, timeout, "SELECT 1", [], reader => reader.GetInt32(0), cancellationToken).FirstAsync(cancellationToken);

    private static async Task<T> FirstAsync<T>(this IAsyncEnumerable<T> items, CancellationToken cancellationToken)
    {
        await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            return item;
        }

        throw new InvalidOperationException("The statement gave no row.");
    }
}
