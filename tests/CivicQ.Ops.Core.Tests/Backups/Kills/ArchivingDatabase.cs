using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Processes;
using CivicQ.Ops.Core.Errors;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>A PostgreSQL with some megabytes that archives its WAL, and that can be killed and started again.</summary>
public sealed class ArchivingDatabase : IAsyncLifetime
{
    public const string Name = "shop";
    public const string Large = "large";
    public const int Rows = 60000;

    public LabPostgres Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await LabPostgres.StartAsync(new LabPostgresOptions
        {
            Database = Name, ArchiveWal = true, Settings = new Dictionary<string, string> { ["autovacuum"] = "off", ["max_connections"] = "60" },
        });
        await ExecuteAsync($"""
            CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE);
            INSERT INTO users (email) SELECT 'user' || i || '@example.org' FROM generate_series(1, 500) i;
            CREATE TABLE noise AS SELECT g AS id, md5(random()::text) || md5(random()::text) AS t FROM generate_series(1, {Rows}) g;
            CREATE INDEX ON noise (t); CREATE INDEX ON noise (id);
            """);
    }

    public Task DisposeAsync() => Server.StopAsync();

    /// <summary>Makes a database so large that its backup goes to a bucket in several parts.</summary>
    public async Task MakeLargeAsync()
    {
        await ExecuteAsync($"DROP DATABASE IF EXISTS {Large}");
        await ExecuteAsync($"CREATE DATABASE {Large}");
        await ScalarAsync(
            """
            CREATE TABLE noise (id int, t text); ALTER TABLE noise ALTER t SET STORAGE EXTERNAL;
            INSERT INTO noise SELECT g, string_agg(md5(random()::text || g || i), '') FROM generate_series(1, 1500) g, generate_series(1, 1000) i GROUP BY g;
            """,
            Large);
    }

    public Task ExecuteAsync(string sql) => ScalarAsync(sql);

    /// <summary>Runs statements, and gives the first value.</summary>
    public async Task<object?> ScalarAsync(string sql, string database = Name)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Server.ConnectionString) { Database = database, CommandTimeout = 120 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>All databases but the server's own and the large one.</summary>
    public async Task<string[]> DatabasesAsync() =>
        (string[])(await ScalarAsync("SELECT coalesce(array_agg(datname::text ORDER BY 1), '{}') FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', 'large')", "postgres"))!;

    /// <summary>Waits until the server holds nothing of a run any more: no lock, session, slot or sender.</summary>
    public async Task NothingHeldAsync(string moment)
    {
        const string Held = """
            SELECT coalesce(string_agg(what, ', '), '') FROM (
              SELECT 'slot ' || slot_name FROM pg_replication_slots UNION ALL SELECT 'lock ' || objid FROM pg_locks WHERE locktype = 'advisory'
              UNION ALL SELECT 'sender ' || application_name FROM pg_stat_replication
              UNION ALL SELECT application_name || ' in ' || coalesce(datname, '') || ': ' || left(query, 60) FROM pg_stat_activity
                WHERE application_name IN ('CivicQ.Ops', 'pg_dump', 'pg_restore', 'pg_basebackup') AND pid <> pg_backend_pid()) held (what)
            """;
        var limit = DateTime.UtcNow.AddMinutes(1);
        while ((string)(await ScalarAsync(Held, "postgres"))! is { Length: > 0 } held)
        {
            Assert.True(DateTime.UtcNow < limit, $"{moment}: the server still holds {held}.");
            await Task.Delay(50);
        }
    }

    /// <summary>Stops it as a broken machine does: no checkpoint, no good-bye.</summary>
    public Task StopAtOnceAsync() => RunAsync("stop", "-m", "immediate", "-w");

    /// <summary>Starts it again on the same files and port.</summary>
    public Task StartAgainAsync() => RunAsync("start", "-s", "-w", "-t", "120", "-l", Server.LogFile);

    private Task<string> RunAsync(params string[] arguments)
    {
        var account = UnprivilegedAccount.Find(LabErrors.ServerStartFailed);
        return LabCommand.RunAsync(
            Path.Combine(LabPrograms.PostgresFolder()!, "pg_ctl"), [.. arguments, "-D", Server.DataFolder], Server.Folder, new Dictionary<string, string> { ["LC_ALL"] = "C" }, account, CancellationToken.None);
    }
}
