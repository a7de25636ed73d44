using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups;

/// <summary>One PostgreSQL whose databases are backed up and restored.</summary>
public sealed class BackupFixture : IAsyncLifetime
{
    public const string Evil = "\"; DROP TABLE users; --";

    private LabPostgres? server;

    internal LabPostgres Server => server!;

    public async Task InitializeAsync() => server = await LabPostgres.StartAsync(new LabPostgresOptions { Database = "postgres", Settings = new Dictionary<string, string> { ["max_connections"] = "60" } });

    public async Task DisposeAsync()
    {
        if (server is not null)
        {
            await server.StopAsync();
        }
    }

    /// <summary>Makes a database with odd names, two million bytes, large objects, a sequence, a view, and settings of its own.</summary>
    internal async Task<string> MakeAsync(string? name = null)
    {
        name ??= "db_" + Guid.NewGuid().ToString("N")[..8];
        await ExecuteAsync("postgres", $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await MakeTablesAsync(name);
        return name;
    }

    /// <summary>Fills a database as <see cref="MakeAsync"/> does.</summary>
    internal async Task MakeTablesAsync(string name)
    {
        await ExecuteAsync(name, """
            CREATE TABLE users (id serial PRIMARY KEY, name text, note text);
            INSERT INTO users (name, note) SELECT 'user ' || g, md5(g::text) || md5((g * 7)::text) FROM generate_series(1, 20000) g;
            CREATE TABLE "odd ""name"" ünï" (id int PRIMARY KEY, "it's" text);
            INSERT INTO "odd ""name"" ünï" SELECT g, 'x' FROM generate_series(1, 7) g;
            CREATE SCHEMA "My Schema"; CREATE TABLE "My Schema"."empty" (id int);
            CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY); INSERT INTO alembic_version VALUES ('a2b4c6');
            CREATE VIEW names AS SELECT name FROM users;
            SELECT lo_from_bytea(0, 'large');
            """);
        await ExecuteAsync(name, "CREATE TABLE \"\"\"; DROP TABLE users; --\" (id int); INSERT INTO \"\"\"; DROP TABLE users; --\" VALUES (1)");
    }

    internal EnvironmentContext Context(
        string database, string? folder, string? user = null, string? password = null, IOperationReporter? reporter = null, int? port = null, string? programs = null, double timeout = 60) => new(
        new CivicQEnvironment
        {
            Name = "lab",
            Database = new DatabaseSettings
            {
                Host = Server.Host, Port = port ?? Server.Port, Name = database, User = user ?? Server.User, SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P"),
            },
            Backups = new BackupSettings { Folder = folder, Programs = programs },
            TimeoutSeconds = timeout,
        },
        new FixedSecrets(password ?? Server.Password), reporter ?? NullReporter.Instance);

    internal static Task<BackupResult> BackupAsync(EnvironmentContext context, LogicalOptions? options = null, CancellationToken cancellationToken = default) =>
        LogicalBackup.RunAsync(context, options ?? new LogicalOptions(), cancellationToken);

    internal static async Task<RestoreResult> RestoreAsync(EnvironmentContext context, RestoreOptions options, CancellationToken cancellationToken = default)
    {
        await using var restore = await LogicalRestore.PrepareAsync(context, options, cancellationToken);
        return await restore.ExecuteAsync(cancellationToken);
    }

    internal async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<T> ScalarAsync<T>(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    internal async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = database, Pooling = false, CommandTimeout = 120 }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>All databases but the server's own.</summary>
    internal Task<string[]> DatabasesAsync() => ScalarAsync<string[]>("postgres", "SELECT coalesce(array_agg(datname::text ORDER BY 1), '{}') FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'");

    /// <summary>What must never be there when nothing runs: a lock, a session of ours or of pg_dump's, an unfinished database.</summary>
    internal async Task NothingLeftAsync()
    {
        var limit = DateTime.UtcNow.AddMinutes(1);
        // A backend whose client was killed notices at its next write.
        while (await ScalarAsync<long>("postgres", "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') + (SELECT count(*) FROM pg_stat_activity WHERE application_name IN ('CivicQ.Ops', 'pg_dump', 'pg_restore'))") > 0)
        {
            Assert.True(DateTime.UtcNow < limit, "A session or a lock stayed behind.");
            await Task.Delay(100);
        }

        Assert.DoesNotContain(await DatabasesAsync(), name => name.StartsWith("civicq_restore_", StringComparison.Ordinal));
    }
}
