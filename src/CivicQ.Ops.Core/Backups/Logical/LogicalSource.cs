using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Logical;

/// <summary>
/// A database that is backed up: the lock that keeps a second backup off it, and the snapshot that <c>pg_dump</c> and the counting of rows share.
/// </summary>
internal sealed class LogicalSource : IAsyncDisposable
{
    private const string Server = """
        SELECT current_database()::text, current_setting('server_version'), current_setting('server_version_num')::int,
               (SELECT pg_catalog.pg_encoding_to_char(encoding)::text FROM pg_catalog.pg_database WHERE datname = current_database()),
               pg_catalog.pg_database_size(current_database()), pg_catalog.pg_is_in_recovery(),
               CASE WHEN has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') THEN (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) END
        """;

    // What an extension made is made again by CREATE EXTENSION; pg_dump leaves it out too.
    private const string TableList = """
        SELECT n.nspname::text, c.relname::text
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1, 2
        """;

    private readonly NpgsqlConnection control;
    private readonly NpgsqlConnection snapshot;
    private readonly TimeSpan timeout;

    private LogicalSource(NpgsqlConnection control, NpgsqlConnection snapshot, TimeSpan timeout) =>
        (this.control, this.snapshot, this.timeout) = (control, snapshot, timeout);

    /// <summary>The database's name, as the server has it.</summary>
    public string Database { get; private set; } = "";

    /// <summary>The server's version as it says it.</summary>
    public string ServerVersion { get; private set; } = "";

    /// <summary>Its major version.</summary>
    public int Major { get; private set; }

    /// <summary>The encoding.</summary>
    public string Encoding { get; private set; } = "";

    /// <summary>The database's size.</summary>
    public long Bytes { get; private set; }

    /// <summary>The server's identifier, where the role may know it.</summary>
    public string? SystemIdentifier { get; private set; }

    /// <summary>The snapshot's name, for <c>pg_dump --snapshot</c>.</summary>
    public string Snapshot { get; private set; } = "";

    /// <summary>The position in the WAL when the snapshot was taken.</summary>
    public string? Lsn { get; private set; }

    /// <summary>Its tables.</summary>
    public IReadOnlyList<BackupTable> Tables { get; private set; } = [];

    /// <summary>Its extensions.</summary>
    public IReadOnlyList<string> Extensions { get; private set; } = [];

    /// <summary>Alembic's revision in the snapshot.</summary>
    public string? Migration { get; private set; }

    /// <summary>Connects, takes the lock, and then the snapshot.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.Busy"/>, or one of <see cref="DatabaseErrors"/>.</exception>
    public static async Task<LogicalSource> OpenAsync(EnvironmentContext context, string? database, CancellationToken cancellationToken)
    {
        var control = await DatabaseConnector.OpenAsync(context, database, cancellationToken).ConfigureAwait(false);
        NpgsqlConnection? second = null;
        try
        {
            await BackupLock.TakeAsync(control, BackupLock.Of(BackupKind.Logical), context.Timeout, cancellationToken).ConfigureAwait(false);
            second = await DatabaseConnector.OpenAsync(context, database, cancellationToken).ConfigureAwait(false);
            await LastingSession.LiftTimeoutsAsync(second, context.Timeout, cancellationToken).ConfigureAwait(false);
            var source = new LogicalSource(control, second, context.Timeout);
            await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            return source;
        }
        catch
        {
            if (second is not null)
            {
                await second.DisposeAsync().ConfigureAwait(false);
            }

            await control.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sees to it that no other backup can have begun meanwhile.</summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>: the session that held the lock is gone.</exception>
    public Task EnsureHeldAsync(CancellationToken cancellationToken) => LastingSession.EnsureAliveAsync(control, timeout, cancellationToken);

    /// <summary>Counts the rows of every table in the snapshot.</summary>
    /// <param name="counted">Told of each table.</param>
    /// <param name="cancellationToken">Cancels the count on the server.</param>
    public async Task<IReadOnlyList<BackupTable>> CountAsync(Action<BackupTable>? counted, CancellationToken cancellationToken)
    {
        var result = new List<BackupTable>(Tables.Count);
        foreach (var table in Tables)
        {
            var sql = $"SELECT count(*) FROM ONLY {SqlIdentifier.Quote(table.Schema, table.Table)}";
            var rows = await OneAsync(sql, reader => reader.GetInt64(0), null, cancellationToken).ConfigureAwait(false);
            result.Add(table with { Rows = rows });
            counted?.Invoke(result[^1]);
        }

        return result;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await snapshot.DisposeAsync().ConfigureAwait(false);
        await BackupLock.EndAsync(control, BackupLock.Of(BackupKind.Logical)).ConfigureAwait(false);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        await OneAsync(
            Server,
            reader =>
            {
                (Database, ServerVersion, Major) = (reader.GetString(0), reader.GetString(1), reader.GetInt32(2) / 10000);
                (Encoding, Bytes) = (reader.GetString(3), reader.GetInt64(4));
                SystemIdentifier = reader.IsDBNull(6) ? null : reader.GetString(6);
                return reader.GetBoolean(5);
            },
            timeout, cancellationToken).ConfigureAwait(false);
        // Rows that a policy hides would be missing; pg_dump asks for the same and fails where it is not granted.
        await RunAsync($"SET application_name = '{DatabaseConnector.BackupName}'", cancellationToken).ConfigureAwait(false);
        await RunAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL row_security = off; SET LOCAL statement_timeout = 0;", cancellationToken).ConfigureAwait(false);
        (Snapshot, Lsn) = await OneAsync(
            "SELECT pg_catalog.pg_export_snapshot(), (CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn() ELSE pg_catalog.pg_current_wal_lsn() END)::text",
            reader => (reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1)), timeout, cancellationToken).ConfigureAwait(false);
        Tables = await ListAsync(TableList, reader => new BackupTable(reader.GetString(0), reader.GetString(1), null), cancellationToken).ConfigureAwait(false);
        Extensions = await ListAsync("SELECT extname::text FROM pg_catalog.pg_extension ORDER BY 1", reader => reader.GetString(0), cancellationToken).ConfigureAwait(false);
        if (await OneAsync("SELECT to_regclass('alembic_version') IS NOT NULL AND has_table_privilege(to_regclass('alembic_version'), 'SELECT')", reader => !reader.IsDBNull(0) && reader.GetBoolean(0), timeout, cancellationToken).ConfigureAwait(false))
        {
            var revisions = await ListAsync("SELECT version_num::text FROM alembic_version ORDER BY 1", reader => reader.GetString(0), cancellationToken).ConfigureAwait(false);
            Migration = revisions.Count > 0 ? string.Join(",", revisions) : null;
        }
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await foreach (var _ in DatabaseReader.ReadAsync(snapshot, timeout, sql, [], _ => 0, cancellationToken).ConfigureAwait(false))
        {
        }
    }

    private async Task<T> OneAsync<T>(string sql, Func<NpgsqlDataReader, T> row, TimeSpan? limit, CancellationToken cancellationToken) =>
        (await DatabaseReader.OneAsync(snapshot, limit, sql, [], row, cancellationToken).ConfigureAwait(false))!;

    private async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        var result = new List<T>();
        await foreach (var one in DatabaseReader.ReadAsync(snapshot, timeout, sql, [], row, cancellationToken).ConfigureAwait(false))
        {
            result.Add(one);
        }

        return result;
    }
}
