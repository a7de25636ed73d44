using System.Globalization;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>
/// A server whose files are backed up: what it must allow, the lock that keeps a second backup off it, and a replication slot that keeps the WAL
/// until the backup has it. Lock and slot are the session's: the server lets go of both when we are gone.
/// </summary>
internal sealed class PhysicalSource : IAsyncDisposable
{
    private const string Server = """
        SELECT current_database()::text, current_setting('server_version'), current_setting('server_version_num')::int, current_setting('wal_level'),
               current_setting('max_wal_senders')::int, current_setting('max_replication_slots')::int,
               (SELECT rolsuper OR rolreplication FROM pg_catalog.pg_roles WHERE rolname = current_user), current_user::text,
               (SELECT string_agg(quote_ident(spcname), ', ' ORDER BY spcname) FROM pg_catalog.pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global')),
               (SELECT sum(pg_catalog.pg_database_size(oid))::int8 FROM pg_catalog.pg_database
                WHERE has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'MEMBER')),
               (SELECT count(*)::int FROM pg_catalog.pg_stat_replication), (SELECT count(*)::int FROM pg_catalog.pg_replication_slots),
               CASE WHEN has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') THEN (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) END
        """;

    private readonly NpgsqlConnection connection;

    private readonly TimeSpan timeout;

    private PhysicalSource(NpgsqlConnection connection, TimeSpan timeout) => (this.connection, this.timeout) = (connection, timeout);

    /// <summary>The database that was connected to.</summary>
    public string Database { get; private set; } = "";

    /// <summary>The server's version as it says it.</summary>
    public string ServerVersion { get; private set; } = "";

    /// <summary>Its major version.</summary>
    public int Major { get; private set; }

    /// <summary>The server's identifier, where the role may know it.</summary>
    public string? SystemIdentifier { get; private set; }

    /// <summary>The size of the databases that the role may ask about.</summary>
    public long Bytes { get; private set; }

    /// <summary>Connects, sees to it that the backup can be made, takes the lock, and has the WAL kept from now on.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.Busy"/>, <see cref="RecoveryErrors.ServerNotReady"/>, or one of <see cref="DatabaseErrors"/>.</exception>
    public static async Task<PhysicalSource> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        var source = new PhysicalSource(connection, context.Timeout);
        try
        {
            await source.ReadAsync(context.Timeout, cancellationToken).ConfigureAwait(false);
            await BackupLock.TakeAsync(connection, BackupLock.Of(BackupKind.Physical), context.Timeout, cancellationToken).ConfigureAwait(false);
            // Without it the server may remove WAL of a long backup before pg_basebackup comes for it at the end.
            var slot = "civicq_backup_" + connection.ProcessID.ToString(CultureInfo.InvariantCulture);
            await foreach (var _ in DatabaseReader.ReadAsync(
                connection, context.Timeout, "SELECT pg_catalog.pg_create_physical_replication_slot($1, true, true)::text", [new NpgsqlParameter { Value = slot }], _ => 0, cancellationToken).ConfigureAwait(false))
            {
            }

            return source;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sees to it that no other backup can have begun meanwhile.</summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>: the session that held the lock and the slot is gone.</exception>
    public Task EnsureHeldAsync(CancellationToken cancellationToken) => LastingSession.EnsureAliveAsync(connection, timeout, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => BackupLock.EndAsync(connection, BackupLock.Of(BackupKind.Physical));

    private async Task ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        await foreach (var row in DatabaseReader.ReadAsync(
            connection, timeout, Server, [],
            reader =>
            {
                (Database, ServerVersion, Major) = (reader.GetString(0), reader.GetString(1), reader.GetInt32(2) / 10000);
                Bytes = reader.IsDBNull(9) ? 0 : reader.GetInt64(9);
                SystemIdentifier = reader.IsDBNull(12) ? null : reader.GetString(12);
                return (
                    Level: reader.GetString(3), Senders: reader.GetInt32(4), Slots: reader.GetInt32(5), Allowed: reader.GetBoolean(6), Role: reader.GetString(7),
                    Tablespaces: reader.IsDBNull(8) ? null : reader.GetString(8), SendersUsed: reader.GetInt32(10), SlotsUsed: reader.GetInt32(11));
            },
            cancellationToken).ConfigureAwait(false))
        {
            var target = DatabaseReader.TargetOf(connection);
            if (!row.Allowed)
            {
                throw new OperationException(
                    RecoveryErrors.RoleTooWeak, $"{target}: the role {row.Role} may not replicate. ALTER ROLE {SqlIdentifier.Quote(row.Role)} REPLICATION lets it, and pg_hba.conf needs a line for 'replication'.", row.Role);
            }

            if (row.Level == "minimal")
            {
                problems.Add("wal_level is minimal, and must be replica");
            }

            if (row.Senders - row.SendersUsed < 1)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"max_wal_senders is {row.Senders}, and {row.SendersUsed} are in use"));
            }

            if (row.Slots - row.SlotsUsed < 1)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"max_replication_slots is {row.Slots}, and {row.SlotsUsed} are in use"));
            }

            if (row.Tablespaces is not null)
            {
                problems.Add($"there are tablespaces outside of the data directory ({row.Tablespaces}), which one tar cannot hold; Backup-CivicQDatabase without -Physical backs up what is in them");
            }

            if (problems.Count > 0)
            {
                throw new OperationException(RecoveryErrors.ServerNotReady, $"{target} cannot be backed up as files: {string.Join("; ", problems)}.", target);
            }
        }
    }
}
