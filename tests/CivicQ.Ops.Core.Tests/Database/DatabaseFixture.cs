using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database;

/// <summary>One PostgreSQL for the tests that look at one: no autovacuum, prepared transactions, and a deadlock that lasts long enough to be seen.</summary>
public sealed class DatabaseFixture : IAsyncLifetime
{
    /// <summary>The table that must survive every test.</summary>
    public const string Evil = "\"; DROP TABLE users; --";

    /// <summary>A role that may see nothing of others.</summary>
    public const string Nobody = "nobody at all";

    private LabPostgres? server;

    internal LabPostgres Server => server!;

    public async Task InitializeAsync()
    {
        server = await LabPostgres.StartAsync(new LabPostgresOptions
        {
            Database = "civicq",
            Settings = new Dictionary<string, string>
            {
                ["autovacuum"] = "off", ["max_prepared_transactions"] = "5", ["deadlock_timeout"] = "10min", ["max_connections"] = "60", ["track_io_timing"] = "on",
            },
        });
        await ExecuteAsync("CREATE TABLE users (id int PRIMARY KEY, name text)");
        await ExecuteAsync("INSERT INTO users SELECT g, 'user ' || g FROM generate_series(1, 100) g");
        await ExecuteAsync("CREATE TABLE \"\"\"; DROP TABLE users; --\" (id int PRIMARY KEY, \"it's \"\"me\"\"\" text)");
        await ExecuteAsync("INSERT INTO \"\"\"; DROP TABLE users; --\" VALUES (1, 'one')");
        await ExecuteAsync("CREATE EXTENSION pg_stat_statements; CREATE SCHEMA \"My Tools\"; CREATE EXTENSION pgstattuple SCHEMA \"My Tools\"");
        await ExecuteAsync($"CREATE ROLE \"{Nobody}\" LOGIN PASSWORD 'nothing'");
        await ExecuteAsync("CREATE DATABASE \"Other DB\"");
        await ExecuteAsync("ANALYZE");
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
        {
            await server.StopAsync();
        }
    }

    /// <summary>The environment; with another role, or on another port.</summary>
    internal EnvironmentContext Context(string? user = null, string? password = null, IOperationReporter? reporter = null, int? port = null, string database = "civicq", double timeout = 120) => new(
        new CivicQEnvironment
        {
            Name = "it's lab",
            Database = new DatabaseSettings
            {
                Host = Server.Host, Port = port ?? Server.Port, Name = database, User = user ?? Server.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P"),
            },
            TimeoutSeconds = timeout,
        },
        new FixedSecrets(password ?? Server.Password), reporter ?? NullReporter.Instance);

    /// <summary>A connection of the test's own, which calls itself as told.</summary>
    internal async Task<NpgsqlConnection> OpenAsync(string application, string database = "civicq")
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server.ConnectionString)
        {
            ApplicationName = application, Database = database, CommandTimeout = 0,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    internal async Task ExecuteAsync(string sql, string database = "civicq")
    {
        await using var connection = await OpenAsync("fixture", database);
        await ExecuteAsync(connection, sql);
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken = default)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenAsync("fixture");
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until the server's answer is true.</summary>
    internal async Task UntilAsync(string sql)
    {
        var limit = DateTime.UtcNow.AddMinutes(2);
        while (!await ScalarAsync<bool>(sql))
        {
            Assert.True(DateTime.UtcNow < limit, sql);
            await Task.Delay(50);
        }
    }

    internal static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var result = new List<T>();
        await foreach (var item in items)
        {
            result.Add(item);
        }

        return result;
    }
}
