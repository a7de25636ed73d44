using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups.Service;

/// <summary>The lab's Compose project, whose PostgreSQL is backed up by the programs in its own container; no port of it is published.</summary>
public sealed class ServiceBackupFixture : IAsyncLifetime
{
    public const string Password = "civicq";

    internal ComposeLab? Lab { get; private set; }

    /// <summary>The database's container.</summary>
    internal string Container { get; private set; } = "";

    private string Host { get; set; } = "";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (Lab is not null)
        {
            await Lab.DisposeAsync();
        }
    }

    /// <summary>Brings the project up, for the first that asks; a test is skipped where it cannot be.</summary>
    internal async Task StartAsync()
    {
        if (Lab is null)
        {
            Lab = await ComposeLab.StartAsync();
            Container = await Lab.ComposeAsync("ps", "-q", "postgres");
            await AddressAsync();
        }
    }

    /// <summary>Finds where the container is; it changes with a restart.</summary>
    internal async Task AddressAsync()
    {
        Host = await Lab!.Docker.DockerAsync("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", Container);
        var limit = DateTime.UtcNow.AddMinutes(1);
        while (true)
        {
            try
            {
                await ScalarAsync<int>("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException error)
            {
                Assert.True(DateTime.UtcNow < limit, $"{error.Message} {await Lab.Docker.DockerAsync("logs", "--tail", "20", Container)}");
                await Task.Delay(200);
            }
        }
    }

    internal EnvironmentContext Context(
        string database, string folder, IOperationReporter? reporter = null, string service = "postgres", string user = "civicq", string password = Password) => new(
        new CivicQEnvironment
        {
            Name = "lab",
            Database = new DatabaseSettings { Host = Host, Port = 5432, Name = database, User = user, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P") },
            Services = new ServicesSettings { Compose = new ComposeSettings { Project = Lab!.Project, Host = Lab.Docker.Host, Files = [Lab.File] } },
            Backups = new BackupSettings { Folder = folder, Service = service },
            TimeoutSeconds = 60,
        },
        new FixedSecrets(password), reporter ?? NullReporter.Instance);

    /// <summary>Makes a database; a thousand rows are 0.15 MB.</summary>
    internal async Task<string> MakeAsync(int rows)
    {
        var name = "db_" + Guid.NewGuid().ToString("N")[..8];
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        await ExecuteAsync(name, $"""
            CREATE TABLE users (id serial PRIMARY KEY, name text, note text);
            INSERT INTO users (name, note) SELECT 'user ' || g, md5(g::text) || md5((g * 7)::text) || md5((g * 11)::text) FROM generate_series(1, {rows}) g;
            CREATE TABLE "it's odd" (id int PRIMARY KEY); INSERT INTO "it's odd" VALUES (1), (2);
            SELECT lo_from_bytea(0, 'large');
            """);
        return name;
    }

    internal async Task<T> ScalarAsync<T>(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = Host, Port = 5432, Database = database, Username = "civicq", Password = Password, SslMode = SslMode.Disable, Pooling = false, Timeout = 10,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The command lines, with their environments, of all processes of the container.</summary>
    internal async Task<string[]> ProcessesAsync() => (await Lab!.Docker.DockerAsync(
        "exec", Container, "sh", "-c", "for p in /proc/[0-9]*; do { tr '\\0' ' ' <$p/cmdline; printf ' | '; tr '\\0' ' ' <$p/environ; } 2>/dev/null; echo; done")).Split('\n');

    /// <summary>Waits until a program runs in the container, or does not.</summary>
    internal async Task RunsAsync(string program, bool runs)
    {
        var limit = DateTime.UtcNow.AddMinutes(1);
        while ((await ProcessesAsync()).Any(line => line.Split(" | ")[0].Split(' ')[0].EndsWith("/" + program, StringComparison.Ordinal)) != runs)
        {
            Assert.True(DateTime.UtcNow < limit, $"{program} should {(runs ? "" : "not ")}run in the container.");
            await Task.Delay(100);
        }
    }

    /// <summary>What must never be there when nothing runs: a program in the container, a lock, a slot, a session, an unfinished database.</summary>
    internal async Task NothingLeftAsync()
    {
        foreach (var program in new[] { "pg_dump", "pg_restore", "pg_basebackup" })
        {
            await RunsAsync(program, runs: false);
        }

        const string Left = """
            SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') + (SELECT count(*) FROM pg_replication_slots)
                 + (SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'CivicQ.Ops%') + (SELECT count(*) FROM pg_database WHERE datname LIKE 'civicq\_restore\_%')
            """;
        var limit = DateTime.UtcNow.AddMinutes(1);
        while (await ScalarAsync<long>("postgres", Left) > 0)
        {
            Assert.True(DateTime.UtcNow < limit, "A session, a slot, a lock or a database stayed behind.");
            await Task.Delay(100);
        }
    }
}
