using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>
/// The connection that leads a run: it holds the advisory lock which keeps a second run out, and watches the workers. No worker uses it.
/// </summary>
internal sealed class MaintenanceControl : IAsyncDisposable
{
    private const string Holder = """
        SELECT a.pid, a.usename::text, a.application_name, coalesce(host(a.client_addr), 'unix socket'), a.backend_start
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::int8::oid AND l.objid = $2::int8::oid AND l.objsubid = 2
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        """;

    private readonly MaintenanceServer server;
    private bool locked;

    private MaintenanceControl(MaintenanceServer server, MaintenanceConnection connection, string database, int version)
    {
        (this.server, Connection, Database, Version) = (server, connection, database, version);
    }

    /// <summary>The connection.</summary>
    public MaintenanceConnection Connection { get; private set; }

    /// <summary>The database's name, as the server has it.</summary>
    public string Database { get; }

    /// <summary>The server's major version.</summary>
    public int Version { get; }

    /// <summary>Connects, and sees to it that the server is no replica.</summary>
    /// <exception cref="OperationException"><c>MaintenanceOnReplica</c>, or one of <see cref="DatabaseErrors"/>.</exception>
    public static async Task<MaintenanceControl> OpenAsync(MaintenanceServer server, CancellationToken cancellationToken)
    {
        var connection = await server.OpenAsync(TimeSpan.FromSeconds(1), null, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_catalog.pg_is_in_recovery(), current_database()::text", connection.Inner);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return reader.GetBoolean(0)
                ? throw new OperationException(
                    MaintenanceErrors.ReadOnlyServer, $"{server.Address} is a replica: it takes what its primary sends, and nothing can be changed on it.", server.Address)
                : new MaintenanceControl(server, connection, reader.GetString(1), connection.Inner.PostgreSqlVersion.Major);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes the advisory lock; connects again where the connection was cut since the plan was made.</summary>
    /// <param name="patience">How long a server that went away is waited for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationException"><c>MaintenanceAlreadyRunning</c>: the message names who holds it. Or one of <see cref="DatabaseErrors"/>.</exception>
    public async Task LockAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            await LockAsync(Connection.Inner, cancellationToken).ConfigureAwait(false);
            locked = true;
        }
        catch (Exception error) when (error is NpgsqlException or InvalidOperationException && !Connection.IsOpen)
        {
            locked = true;
            await ReopenAsync(patience, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException error)
        {
            throw DatabaseConnector.Translate(error, server.Address);
        }
    }

    /// <summary>Lets the advisory lock go; one whose connection broke is gone already.</summary>
    public async Task UnlockAsync(CancellationToken cancellationToken)
    {
        if (locked && Connection.IsOpen)
        {
            locked = false;
            await using var command = new NpgsqlCommand("SELECT pg_catalog.pg_advisory_unlock($1, $2)", Connection.Inner)
            {
                Parameters = { new() { Value = LockNumbers.Class }, new() { Value = LockNumbers.Maintenance } },
            };
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Connects again after the connection was cut, and takes the lock again; as often as it is cut meanwhile, until the patience is over.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationException">The server stays away, or another run came in between.</exception>
    public async Task ReopenAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        // A session may not have noticed yet that its connection is gone, and would keep us out.
        List<MaintenanceBackend> lost = [Connection.Backend];
        await Connection.DisposeAsync().ConfigureAwait(false);
        Connection = await Reconnection.OpenAsync(AttemptAsync, patience, cancellationToken).ConfigureAwait(false);

        async Task<MaintenanceConnection> AttemptAsync(CancellationToken token)
        {
            var fresh = await server.OpenAsync(TimeSpan.FromSeconds(1), null, token).ConfigureAwait(false);
            try
            {
                if (locked)
                {
                    foreach (var backend in lost)
                    {
                        await backend.EndAsync(fresh.Inner, token).ConfigureAwait(false);
                    }

                    await LockAsync(fresh.Inner, token).ConfigureAwait(false);
                }

                return fresh;
            }
            catch (Exception error)
            {
                lost.Add(fresh.Backend);
                var wasCut = !fresh.IsOpen;
                await fresh.DisposeAsync().ConfigureAwait(false);
                if (error is NpgsqlException || (error is InvalidOperationException && wasCut))
                {
                    throw DatabaseConnector.Translate(error, server.Address);
                }

                throw;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT pg_catalog.pg_try_advisory_lock($1, $2)", connection)
        {
            Parameters = { new() { Value = LockNumbers.Class }, new() { Value = LockNumbers.Maintenance } },
        };
        if ((bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
        {
            return;
        }

        await using var ask = new NpgsqlCommand(Holder, connection) { Parameters = { new() { Value = (long)LockNumbers.Class }, new() { Value = (long)LockNumbers.Maintenance } } };
        await using var reader = await ask.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var who = await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? $"process {reader.GetInt32(0)} ({(reader.IsDBNull(1) ? "?" : reader.GetString(1))}, '{(reader.IsDBNull(2) ? "" : reader.GetString(2))}', from {reader.GetString(3)}"
                + (reader.IsDBNull(4) ? ")" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $", since {reader.GetFieldValue<DateTimeOffset>(4).UtcDateTime:yyyy-MM-dd HH:mm:ss}Z)"))
            : LockHolder.Gone;
        throw new OperationException(MaintenanceErrors.AlreadyRunning, $"Another maintenance run works on {server.Address}: {who}.", server.Address);
    }
}
