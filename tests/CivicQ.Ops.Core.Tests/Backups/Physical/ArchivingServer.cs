using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>A PostgreSQL that archives its WAL, with a folder for backups.</summary>
public sealed class ArchivingServer : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    public LabPostgres Server { get; private set; } = null!;

    public string Backups => Path.Combine(folder.Path, "backups");

    public async Task InitializeAsync()
    {
        Server = await LabPostgres.StartAsync(new LabPostgresOptions
        {
            Database = "civicq", ArchiveWal = true, Settings = new Dictionary<string, string> { ["autovacuum"] = "off", ["max_connections"] = "40", ["max_wal_senders"] = "5" },
        });
        await ExecuteAsync("CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE); CREATE TABLE votes (id bigserial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users)");
        await ExecuteAsync("INSERT INTO users (email) SELECT 'user' || i || '@example.org' FROM generate_series(1, 500) i; INSERT INTO votes (user_id) SELECT 1 + i % 500 FROM generate_series(1, 2000) i");
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>An environment that leads to it.</summary>
    internal EnvironmentContext Context(string? backups = null, string? user = null, string? password = null, IOperationReporter? reporter = null, Func<BackupSettings, BackupSettings>? change = null)
    {
        var settings = new BackupSettings { Folder = backups ?? Backups, WalArchive = Server.ArchiveFolder };
        return new EnvironmentContext(
            new CivicQEnvironment
            {
                Name = "test", TimeoutSeconds = 60, LocalHost = false,
                Database = new DatabaseSettings
                {
                    Host = Server.Host, Port = Server.Port, Name = "civicq", User = user ?? Server.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P"),
                },
                Backups = change is null ? settings : change(settings),
            },
            new FixedSecrets(password ?? Server.Password), reporter ?? NullReporter.Instance);
    }

    public Task ExecuteAsync(string sql) => ScalarAsync(sql);

    /// <summary>Runs statements, and gives the first value.</summary>
    public async Task<object?> ScalarAsync(string sql, string database = "civicq")
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = database, CommandTimeout = 120 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A moment of the server's clock, between what was committed before and what is committed after.</summary>
    public async Task<DateTimeOffset> MomentAsync()
    {
        var now = (DateTime)(await ScalarAsync("SELECT clock_timestamp()"))!;
        await Task.Delay(20);
        return new DateTimeOffset(now.ToUniversalTime(), TimeSpan.Zero).AddMilliseconds(5);
    }

    /// <summary>What must not be there after any backup, however it ended.</summary>
    internal async Task AssertNothingLeftAsync()
    {
        for (var attempt = 0; attempt < 200 && (long)(await ScalarAsync(Left))! > 0; attempt++)
        {
            // The server notices a moment later that a session's client is gone.
            await Task.Delay(50);
        }

        Assert.Equal(0L, await ScalarAsync(Left));
        Assert.Empty(Directory.Exists(Backups) ? Directory.EnumerateFileSystemEntries(Backups, "*.partial", SearchOption.AllDirectories) : []);
    }

    private const string Left = """
        SELECT (SELECT count(*) FROM pg_replication_slots) + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') + (SELECT count(*) FROM pg_stat_replication)
             + (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'CivicQ.Ops' AND pid <> pg_backend_pid())
        """;
}
