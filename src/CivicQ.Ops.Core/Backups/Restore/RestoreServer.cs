using System.Globalization;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;
using Npgsql;

namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>The server that is restored into: a connection to another of its databases, with the lock that keeps a second restore out.</summary>
internal sealed class RestoreServer : IAsyncDisposable
{
    // Whoever kills a restore leaves its database behind; the next one knows it by this.
    private const string Mark = "CivicQ.Ops restores into this database; it may be dropped once no restore runs.";
    private const string NewPrefix = "civicq_restore_";
    private const int DropTries = 5;
    private static readonly string[] Administrative = ["postgres", "template1"];

    private const string Facts = """
        SELECT current_setting('server_version_num')::int / 10000, r.rolsuper, r.rolcreatedb OR r.rolsuper, pg_catalog.pg_is_in_recovery(),
               (SELECT d.datname IS NOT NULL FROM pg_catalog.pg_database d WHERE d.datname = $1),
               (SELECT pg_catalog.pg_has_role(d.datdba, 'USAGE') FROM pg_catalog.pg_database d WHERE d.datname = $1)
        FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
        """;

    private readonly EnvironmentContext context;
    private readonly string target;

    private RestoreServer(EnvironmentContext context, string target, NpgsqlConnection connection) => (this.context, this.target, Connection, Timeout) = (context, target, connection, context.Timeout);

    /// <summary>The connection.</summary>
    public NpgsqlConnection Connection { get; private set; }

    /// <summary>How long one question may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The server's major version.</summary>
    public int Major { get; private set; }

    /// <summary>Whether the target is there already.</summary>
    public bool TargetExists { get; private set; }

    /// <summary>Connects to a database that nobody replaces, looks whether a restore can be, and takes the lock.</summary>
    /// <exception cref="OperationException">One of <see cref="BackupErrors"/> or <see cref="DatabaseErrors"/>; nothing was changed.</exception>
    public static async Task<RestoreServer> OpenAsync(EnvironmentContext context, string target, bool replace, CancellationToken cancellationToken)
    {
        var connection = await AdministrationAsync(context, target, cancellationToken).ConfigureAwait(false);
        try
        {
            var server = new RestoreServer(context, target, connection);
            await server.LookAsync(target, replace, cancellationToken).ConfigureAwait(false);
            await BackupLock.TakeAsync(connection, LockNumbers.Restore, context.Timeout, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Refuses where the backup cannot be restored here.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.ServerTooOld"/>, <see cref="BackupErrors.NoRoom"/>, <see cref="BackupErrors.RestoreFailed"/>.</exception>
    public async Task CheckAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var made = int.TryParse(manifest.ServerVersion.Split('.', ' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
        if (made > Major)
        {
            throw new OperationException(
                BackupErrors.ServerTooOld, string.Create(CultureInfo.InvariantCulture, $"{manifest.Name} is of PostgreSQL {manifest.ServerVersion}, and {Connection.Host}:{Connection.Port} is {Major}."), manifest.Name);
        }

        if (manifest.DatabaseBytes is { } needed && await ServerDisk.FreeAsync(Connection.Host ?? "", Connection, 0, cancellationToken).ConfigureAwait(false) is { } free && free < needed)
        {
            throw new OperationException(
                BackupErrors.NoRoom, $"The database takes about {Measure.Bytes(needed)}, and the disk of {Connection.Host}:{Connection.Port} has {Measure.Bytes(free)} left.", manifest.Name);
        }

        var missing = await RowsAsync(
            "SELECT e FROM unnest($1) e WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_available_extensions a WHERE a.name = e)",
            [DatabaseReader.Texts([.. manifest.Extensions])], reader => reader.GetString(0), cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
        {
            throw new OperationException(
                BackupErrors.RestoreFailed, $"{manifest.Name} needs extensions that are not installed on {Connection.Host}:{Connection.Port}: {string.Join(", ", missing)}.", manifest.Name);
        }
    }

    /// <summary>Makes an empty database with the encoding, locale, owner and tablespace of the one that it will replace, or else the server's own.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> CreateAsync(string target, string? encoding, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        await SweepAsync(reporter, cancellationToken).ConfigureAwait(false);
        var name = NewPrefix + Guid.NewGuid().ToString("N")[..12];
        var options = await DatabaseOptions.ReadAsync(this, target, encoding, cancellationToken).ConfigureAwait(false);
        await RunAsync($"CREATE DATABASE {SqlIdentifier.Quote(name)} TEMPLATE template0{options}", cancellationToken).ConfigureAwait(false);
        await RunAsync($"COMMENT ON DATABASE {SqlIdentifier.Quote(name)} IS {Literal(Mark)}", cancellationToken).ConfigureAwait(false);
        // Nobody reads it before it is complete, so a crash costs no more than the restore.
        await RunAsync($"ALTER DATABASE {SqlIdentifier.Quote(name)} SET synchronous_commit = off", cancellationToken).ConfigureAwait(false);
        await RunAsync($"ALTER DATABASE {SqlIdentifier.Quote(name)} SET maintenance_work_mem = '256MB'", cancellationToken).ConfigureAwait(false);
        return name;
    }

    /// <summary>Drops a database that was made here and is not wanted; what is gone already is gone.</summary>
    public async Task DropAsync(string name, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await DatabaseSessions.TerminateAsync(this, [name], cancellationToken).ConfigureAwait(false);
            try
            {
                await RunAsync($"DROP DATABASE IF EXISTS {SqlIdentifier.Quote(name)}", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationException error) when (attempt < DropTries && error.InnerException is PostgresException { SqlState: PostgresErrorCodes.ObjectInUse })
            {
                // A pg_restore whose cmdlet was killed may open another session before it notices.
            }
        }
    }

    /// <summary>
    /// Opens the connection again where it broke: nothing goes over it for as long as the database is filled, which a router or a restarted server may
    /// not outlast. Without the lock of before it takes it anew.
    /// </summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>, or <see cref="BackupErrors.Busy"/>.</exception>
    public async Task EnsureConnectedAsync(CancellationToken cancellationToken)
    {
        if (Connection.FullState == System.Data.ConnectionState.Open)
        {
            try
            {
                await RowsAsync("SELECT 1", [], reader => reader.GetInt32(0), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException)
            {
                // Its state says which it was: that the server refuses, or that nobody answers.
            }

            if (Connection.FullState == System.Data.ConnectionState.Open)
            {
                return;
            }
        }

        await Connection.DisposeAsync().ConfigureAwait(false);
        Connection = await AdministrationAsync(context, target, cancellationToken).ConfigureAwait(false);
        await BackupLock.TakeAsync(Connection, LockNumbers.Restore, Timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public Task RunAsync(string sql, CancellationToken cancellationToken) => RowsAsync(sql, [], _ => 0, cancellationToken, TimeSpan.FromMinutes(10));

    /// <summary>Runs a statement that gives rows.</summary>
    public async Task<List<T>> RowsAsync<T>(
        string sql, IReadOnlyList<NpgsqlParameter> parameters, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        var result = new List<T>();
        await foreach (var one in DatabaseReader.ReadAsync(Connection, limit ?? Timeout, sql, parameters, row, cancellationToken).ConfigureAwait(false))
        {
            result.Add(one);
        }

        return result;
    }

    /// <summary>A text as SQL writes it, for statements that take no parameters.</summary>
    internal static string Literal(string text) =>
        text.Contains('\\', StringComparison.Ordinal)
            ? $"E'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => BackupLock.EndAsync(Connection, LockNumbers.Restore);

    private static async Task<NpgsqlConnection> AdministrationAsync(EnvironmentContext context, string target, CancellationToken cancellationToken)
    {
        OperationException? first = null;
        foreach (var database in Administrative.Where(one => one != target))
        {
            try
            {
                return await DatabaseConnector.OpenAsync(context, database, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (error.Definition == DatabaseErrors.NoSuchDatabase || error.Definition == DatabaseErrors.PermissionDenied)
            {
                first ??= error;
            }
        }

        throw first!;
    }

    private async Task LookAsync(string target, bool replace, CancellationToken cancellationToken)
    {
        SqlIdentifier.Quote(target);
        var facts = (await RowsAsync(
            Facts, [new NpgsqlParameter { Value = target }],
            reader => (Major: reader.GetInt32(0), Super: reader.GetBoolean(1), Creates: reader.GetBoolean(2), Replica: reader.GetBoolean(3), Exists: !reader.IsDBNull(4), Owns: !reader.IsDBNull(5) && reader.GetBoolean(5)),
            cancellationToken).ConfigureAwait(false))[0];
        (Major, TargetExists) = (facts.Major, facts.Exists);
        var where = $"{Connection.Host}:{Connection.Port}";
        if (facts.Replica)
        {
            throw new OperationException(MaintenanceErrors.ReadOnlyServer, $"{where} is a replica: it takes what its primary sends, and nothing can be restored into it.", where);
        }

        if (facts.Exists && !replace)
        {
            throw new OperationException(BackupErrors.TargetExists, $"{where} has a database '{target}' already.", target);
        }

        if (!facts.Creates || (facts.Exists && !facts.Owns && !facts.Super))
        {
            throw new OperationException(
                BackupErrors.RoleTooWeak, !facts.Creates ? $"{where}: the role '{Connection.UserName}' may not create databases." : $"{where}: the role '{Connection.UserName}' does not own '{target}', so it may not rename it.", target);
        }

        if (facts.Exists && await DatabaseSessions.LastingAsync(this, target, cancellationToken).ConfigureAwait(false) is { Count: > 0 } lasting)
        {
            throw new OperationException(
                BackupErrors.SessionsStay, $"{where}: '{target}' cannot be renamed while sessions are on it that the role '{Connection.UserName}' may not end: {string.Join(", ", lasting.Take(5))}{(lasting.Count > 5 ? " …" : "")}.", target);
        }
    }

    // One that was killed at once after CREATE DATABASE had no time for the mark: the name alone tells then. Advisory locks are each database's own, so
    // a restore of 'postgres' runs beside others: what may be its database stays.
    private async Task SweepAsync(IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var left = await RowsAsync(
            """
            SELECT d.datname::text FROM pg_catalog.pg_database d
            WHERE d.datname ~ '^civicq_restore_[0-9a-f]{12}$' AND coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), $1) = $1
              AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_locks l
                WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $2::int8::oid AND l.objid = $3::int8::oid AND l.objsubid = 2 AND l.pid <> pg_catalog.pg_backend_pid())
            """,
            [new NpgsqlParameter { Value = Mark }, new NpgsqlParameter { Value = (long)LockNumbers.Class }, new NpgsqlParameter { Value = (long)LockNumbers.Restore }], reader => reader.GetString(0), cancellationToken).ConfigureAwait(false);
        foreach (var name in left)
        {
            try
            {
                await DropAsync(name, cancellationToken).ConfigureAwait(false);
                reporter.Verbose($"Dropped {name}, which a restore that was killed had left.");
            }
            catch (OperationException error) when (error.Definition == DatabaseErrors.PermissionDenied)
            {
                reporter.Warning($"The database '{name}' is left from a restore that was killed, and this role may not drop it: {error.Message}");
            }
        }
    }
}
