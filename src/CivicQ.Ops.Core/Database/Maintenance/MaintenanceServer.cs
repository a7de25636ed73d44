using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using Npgsql;
using NpgsqlTypes;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Opens the connections of one run: the secrets are read once, and every session is set up alike.</summary>
internal sealed class MaintenanceServer
{
    // A statement that is cancelled may need this long to undo what it did; then its connection is given up and its session ended by its number.
    private const int CancellationMilliseconds = 30_000;

    // What a role or database may have set and what would end the work or the session that holds the lock. Unknown ones are left out.
    private const string SetUp = """
        SELECT set_config(name, value, false)
        FROM (VALUES ('lock_timeout', $1), ('statement_timeout', $2), ('client_min_messages', 'warning'),
                     ('idle_session_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0')) AS wanted (name, value)
        WHERE current_setting(name, true) IS NOT NULL
        """;

    // Several workers connect at once, and a builder is one thread's.
    private readonly string connectionString;
    private readonly TimeSpan timeout;

    private MaintenanceServer(NpgsqlConnectionStringBuilder settings, TimeSpan timeout) =>
        (connectionString, Address, Host, this.timeout) = (settings.ConnectionString, $"{settings.Host}:{settings.Port}/{settings.Database}", settings.Host ?? "", timeout);

    /// <summary>Server and database, for messages.</summary>
    public string Address { get; }

    /// <summary>The host as configured.</summary>
    public string Host { get; }

    /// <summary>Finds out where the database is.</summary>
    public static async Task<MaintenanceServer> ResolveAsync(EnvironmentContext context, string? database, CancellationToken cancellationToken)
    {
        var settings = await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        settings.Database = database ?? settings.Database;
        settings.ApplicationName = DatabaseConnector.ApplicationName;
        settings.Pooling = false;
        settings.CommandTimeout = 0;
        settings.CancellationTimeout = CancellationMilliseconds;
        return new MaintenanceServer(settings, context.Timeout);
    }

    /// <summary>Opens a connection.</summary>
    /// <exception cref="OperationException">One of <see cref="DatabaseErrors"/>.</exception>
    public async Task<MaintenanceConnection> OpenAsync(TimeSpan lockTimeout, TimeSpan? statementTimeout, CancellationToken cancellationToken)
    {
        var connection = await DatabaseConnector.OpenAsync(new NpgsqlConnectionStringBuilder(connectionString), timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new(SetUp) { Parameters = { Milliseconds(lockTimeout), Milliseconds(statementTimeout ?? TimeSpan.Zero) } },
                    // What the view pg_stat_activity is made of, without its joins.
                    new("SELECT backend_start FROM pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())"),
                },
            };
            await using var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return new MaintenanceConnection(connection, new MaintenanceBackend(connection.ProcessID, reader.GetFieldValue<DateTimeOffset>(0)));
        }
        catch (Exception error)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException)
            {
                throw;
            }

            throw DatabaseConnector.Translate(error, Address);
        }
    }

    private static NpgsqlParameter Milliseconds(TimeSpan time) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Text,
        Value = MaintenanceLimits.Milliseconds(time).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
