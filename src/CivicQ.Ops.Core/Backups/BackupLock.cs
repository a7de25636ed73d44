using System.Globalization;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Backups;

/// <summary>Keeps a second backup or restore of the same kind off a database: an advisory lock of the session, which the server lets go of when we are gone.</summary>
internal static class BackupLock
{
    private static readonly TimeSpan Parting = TimeSpan.FromSeconds(5);

    private const string Holder = """
        SELECT a.pid, coalesce(a.usename::text, '?'), coalesce(host(a.client_addr), 'unix socket'), a.backend_start
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::int8::oid AND l.objid = $2::int8::oid AND l.objsubid = 2
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        """;

    /// <summary>The lock of backups of a kind.</summary>
    public static int Of(BackupKind kind) => kind == BackupKind.Physical ? LockNumbers.PhysicalBackup : LockNumbers.LogicalBackup;

    /// <summary>Takes the lock on a connection that stays open as long as it is needed.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.Busy"/>: the message names who holds it.</exception>
    public static async Task TakeAsync(NpgsqlConnection connection, int number, TimeSpan timeout, CancellationToken cancellationToken)
    {
        await LastingSession.LiftTimeoutsAsync(connection, timeout, cancellationToken).ConfigureAwait(false);
        var taken = await DatabaseReader.OneAsync(
            connection, timeout, "SELECT pg_catalog.pg_try_advisory_lock($1, $2)", [new NpgsqlParameter { Value = LockNumbers.Class }, new NpgsqlParameter { Value = number }],
            reader => reader.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        if (taken)
        {
            return;
        }

        var who = "a session that has just ended";
        await foreach (var one in DatabaseReader.ReadAsync(
            connection, timeout, Holder, [new NpgsqlParameter { Value = (long)LockNumbers.Class }, new NpgsqlParameter { Value = (long)number }],
            reader => string.Create(CultureInfo.InvariantCulture, $"process {reader.GetInt32(0)} ({reader.GetString(1)}, from {reader.GetString(2)}, since {(reader.IsDBNull(3) ? "?" : reader.GetFieldValue<DateTimeOffset>(3).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture))})"),
            cancellationToken).ConfigureAwait(false))
        {
            who = one;
        }

        throw new OperationException(
            BackupErrors.Busy, $"Another {(number == LockNumbers.Restore ? "restore" : "backup")} works on {DatabaseReader.TargetOf(connection)}: {who}.", DatabaseReader.TargetOf(connection));
    }

    /// <summary>Lets go of the lock and closes the connection: a session that is merely closed may keep it for a moment more, and hinder the next step.</summary>
    public static async ValueTask EndAsync(NpgsqlConnection connection, int number)
    {
        if (connection.FullState == System.Data.ConnectionState.Open)
        {
            try
            {
                await DatabaseReader.OneAsync(
                    connection, Parting, "SELECT pg_catalog.pg_advisory_unlock($1, $2)", [new NpgsqlParameter { Value = LockNumbers.Class }, new NpgsqlParameter { Value = number }],
                    reader => reader.GetBoolean(0), CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationException)
            {
                // The server lets go of it when it notices the end of the session.
            }
        }

        await connection.DisposeAsync().ConfigureAwait(false);
    }
}
