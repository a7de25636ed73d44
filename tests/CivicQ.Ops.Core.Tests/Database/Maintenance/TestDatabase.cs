using System.Collections.Concurrent;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

/// <summary>A database of one test's own.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    public const string Hostile = "\"; DROP TABLE users; --";
    public static readonly string[] HostileNames = [Hostile, "two words", "MixedCase", "Zürich straße 東京", "a'b`c*[d]?", "dollar$$quote"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly LabPostgres server;
    private readonly List<NpgsqlConnection> sessions = [];

    private TestDatabase(LabPostgres server, string name) => (this.server, Name) = (server, name);

    public string Name { get; }

    public RecordingReporter Reporter { get; } = new();

    public static async Task<TestDatabase> CreateAsync(LabPostgres server, string? sql = null)
    {
        var database = new TestDatabase(server, "t" + Guid.NewGuid().ToString("N")[..12]);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {database.Name}", connection);
        await command.ExecuteNonQueryAsync();
        if (sql is not null)
        {
            await database.RunAsync(sql);
        }

        return database;
    }

    public EnvironmentContext Context(string? user = null, string? password = null, MaintenanceWindow? window = null, IOperationReporter? reporter = null) => new(
        new CivicQEnvironment
        {
            Name = "test",
            Database = new DatabaseSettings
            {
                Host = server.Host, Port = server.Port, Name = Name, User = user ?? server.User, Password = new SecretReference(SecretScheme.Variable, "p"), SslMode = "disable",
            },
            MaintenanceWindow = window,
            TimeoutSeconds = 60,
        },
        new FixedSecrets(password ?? server.Password),
        reporter ?? Reporter);

    /// <summary>A session that stays open to the end of the test.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string application = "test session", string? user = null, string? password = null)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Database = Name, ApplicationName = application, CommandTimeout = 0, Username = user ?? server.User, Password = password ?? server.Password,
        }.ConnectionString);
        await connection.OpenAsync();
        sessions.Add(connection);
        return connection;
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await RunAsync(connection, sql);
    }

    public static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ValueAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until a question is answered with true.</summary>
    public async Task UntilAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        using var time = new CancellationTokenSource(Patience);
        while (await command.ExecuteScalarAsync(time.Token) is not true)
        {
            await Task.Delay(20, time.Token);
        }
    }

    /// <summary>Runs a plan and closes it.</summary>
    public static async Task<List<MaintenanceResult>> DoAsync(Task<MaintenancePlan> planning, CancellationToken cancellationToken = default)
    {
        await using var plan = await planning;
        var results = new ConcurrentQueue<MaintenanceResult>();
        await plan.RunAsync(
            (result, _) =>
            {
                results.Enqueue(result);
                return default;
            },
            cancellationToken);
        return [.. results];
    }

    public static MaintenanceTarget[] All { get; } = [new(null, null, null)];

    /// <summary>No session, no advisory lock, no invalid index of the module's is left.</summary>
    public async Task NothingIsLeftAsync()
    {
        await UntilAsync($"SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{DatabaseConnector.ApplicationName}'");
        Assert.Equal(0, await ValueAsync<long>(
            "SELECT count(*) FROM pg_locks l WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
        Assert.Equal(0, await ValueAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }

        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await RunAsync(connection, $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
    }
}
