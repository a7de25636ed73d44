using CivicQ.Ops.Core.Lab;
using Npgsql;
using StackExchange.Redis;

namespace CivicQ.Ops.Core.Tests.Lab;

public class LabServerTests
{
    [Fact]
    public async Task Postgres_starts_answers_with_statistics_and_leaves_nothing()
    {
        var server = await LabPostgres.StartAsync(new LabPostgresOptions { Database = "civicq", User = "civicq" });
        await using (var connection = new NpgsqlConnection(server.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT current_setting('shared_preload_libraries'), current_user, current_setting('listen_addresses')";
            await using var reader = await command.ExecuteReaderAsync();
            Assert.True(await reader.ReadAsync());
            Assert.Equal("pg_stat_statements", reader.GetString(0));
            Assert.Equal("civicq", reader.GetString(1));
            Assert.Equal("127.0.0.1", reader.GetString(2));
        }

        Assert.True(server.Process.IsRunning);
        await server.StopAsync();
        Assert.False(server.Process.IsRunning);
        Assert.False(Directory.Exists(server.Folder));
    }

    [Fact]
    public async Task Postgres_refuses_another_password()
    {
        await using var server = await LabPostgres.StartAsync();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "wrong" }.ConnectionString);
        var error = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    [Fact]
    public async Task A_cancelled_start_of_Postgres_leaves_no_folder()
    {
        var folder = LabPostgres.NewFolder();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LabPostgres.StartAsync(new LabPostgresOptions { Folder = folder }, cancellationToken: stop.Token));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Redis_starts_with_password_and_append_only_file_and_leaves_nothing()
    {
        var server = await LabRedis.StartAsync(new LabRedisOptions { Settings = new Dictionary<string, string> { ["maxmemory"] = "64mb" } });
        var options = ConfigurationOptions.Parse($"{server.Host}:{server.Port}");
        options.Password = server.Password;
        options.AllowAdmin = true;
        using (var connection = await ConnectionMultiplexer.ConnectAsync(options))
        {
            var settings = (await connection.GetServer(server.Host, server.Port).ConfigGetAsync("*")).ToDictionary(pair => pair.Key, pair => pair.Value);
            Assert.Equal("yes", settings["appendonly"]);
            Assert.Equal("67108864", settings["maxmemory"]);
            Assert.Equal("127.0.0.1", settings["bind"]);
            await connection.CloseAsync(allowCommandsToComplete: false);
        }

        Assert.True(server.Process.IsRunning);
        await server.StopAsync();
        Assert.False(server.Process.IsRunning);
        Assert.False(Directory.Exists(server.Folder));
    }

    [Fact]
    public void A_process_that_came_later_with_the_same_id_is_another()
    {
        var self = LabProcess.Find(Environment.ProcessId);
        Assert.NotNull(self);
        Assert.True(self.IsRunning);
        Assert.False((self with { Started = "earlier" }).IsRunning);
    }
}
