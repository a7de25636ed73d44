using System.Diagnostics;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Lab;

public class LabLifeTests
{
    [Fact]
    public async Task Nothing_is_left_after_a_stop_even_when_servers_were_killed()
    {
        await using var lab = new TestLab();
        await lab.Service.StartAsync(TestLab.Options, CancellationToken.None);
        var state = lab.Store.Read()!;
        foreach (var server in state.Servers.Where(server => server.Kind != LabServerKind.Api))
        {
            using var process = Process.GetProcessById(server.Process!.ProcessId);
            process.Kill();
            await process.WaitForExitAsync();
        }

        var seen = await lab.Service.GetAsync(CancellationToken.None);
        Assert.Equal([LabServerKind.Api], seen.Where(server => server.Status == LabServerStatus.Running).Select(server => server.Name));
        Assert.True(await lab.Service.StopAsync(CancellationToken.None));
        Assert.Empty(TestLab.ProcessesOf(state));
        Assert.False(Directory.Exists(lab.Store.Folder));
        Assert.False(Directory.Exists(state.PostgresFolder));
        Assert.DoesNotContain(
            await File.ReadAllLinesAsync("/proc/sysvipc/shm"),
            line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4] == state.Server(LabServerKind.Postgres)!.Process!.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Null(LabEnvironment.Read(lab.Store));
        Assert.False(await lab.Service.StopAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(700)]
    [InlineData(1600)]
    public async Task A_start_that_is_stopped_leaves_nothing(int milliseconds)
    {
        await using var lab = new TestLab();
        using var stop = new CancellationTokenSource();
        var start = lab.Service.StartAsync(TestLab.Options, stop.Token);
        while (lab.Store.Read() is null)
        {
            await Task.Delay(5);
        }

        var first = lab.Store.Read()!;
        await Task.Delay(milliseconds);
        var state = LabStop.ReadQuietly(lab.Store) ?? first;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Empty(TestLab.ProcessesOf(state));
        Assert.False(Directory.Exists(lab.Store.Folder));
        Assert.False(Directory.Exists(state.PostgresFolder));
    }

    [Fact]
    public async Task What_a_crashed_start_left_is_found_by_the_servers_own_pid_files()
    {
        await using var lab = new TestLab();
        var state = new LabState { Id = "0123456789AB", StartedAt = DateTimeOffset.UtcNow, PostgresFolder = LabPostgres.NewFolder(Path.Combine(lab.Store.Folder, "postgres")), Scale = 1 };
        lab.Store.Write(state);
        var redis = await LabRedis.StartAsync(new LabRedisOptions { Folder = lab.Store.RedisFolder });
        var postgres = await LabPostgres.StartAsync(new LabPostgresOptions { Folder = state.PostgresFolder });
        Assert.True(await lab.Service.StopAsync(CancellationToken.None));
        Assert.False(redis.Process.IsRunning);
        Assert.False(postgres.Process.IsRunning);
        Assert.False(Directory.Exists(state.PostgresFolder));
        Assert.False(Directory.Exists(lab.Store.Folder));
    }

    [Fact]
    public async Task A_process_that_only_has_the_same_id_is_spared()
    {
        await using var lab = new TestLab();
        using var stranger = Process.Start("sleep", "60");
        try
        {
            lab.Store.Write(new LabState
            {
                Id = "0123456789AC",
                StartedAt = DateTimeOffset.UtcNow,
                PostgresFolder = Path.Combine(lab.Store.Folder, "postgres"),
                Scale = 1,
                Complete = true,
                Servers = [new LabStateServer(LabServerKind.Redis, new LabProcess(stranger.Id, "another start"), 1)],
            });
            LabFiles.MakeFolder(lab.Store.RedisFolder);
            var pidFile = Path.Combine(lab.Store.RedisFolder, "redis.pid");
            await File.WriteAllTextAsync(pidFile, $"{stranger.Id}\n");
            File.SetLastWriteTimeUtc(pidFile, DateTime.UtcNow.AddHours(-1));
            Assert.True(await lab.Service.StopAsync(CancellationToken.None));
            Assert.False(stranger.HasExited);
            Assert.False(Directory.Exists(lab.Store.Folder));
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_damaged_state_is_named_and_can_be_stopped()
    {
        await using var lab = new TestLab();
        LabFiles.MakeFolder(lab.Store.Folder);
        await File.WriteAllTextAsync(Path.Combine(lab.Store.Folder, "state.json"), "{\"id\": ");
        var error = await Assert.ThrowsAsync<Core.Errors.OperationException>(() => lab.Service.GetAsync(CancellationToken.None));
        Assert.Equal("LabStateInvalid", error.Definition.Id);
        Assert.True(await lab.Service.StopAsync(CancellationToken.None));
        Assert.False(Directory.Exists(lab.Store.Folder));
    }

    [Fact]
    public async Task Servers_that_are_left_out_are_not_started_and_the_rest_is()
    {
        await using var lab = new TestLab();
        var servers = await lab.Service.StartAsync(
            TestLab.Options with { Exclude = [LabServerKind.Postgres, LabServerKind.Celery] }, CancellationToken.None);
        Assert.Equal(
            [LabServerKind.Redis, LabServerKind.Api], servers.Where(server => server.Status == LabServerStatus.Running).Select(server => server.Name));
        var environment = LabEnvironment.Read(lab.Store)!;
        Assert.Null(environment.Database);
        Assert.NotNull(environment.Cache);
        using var client = new HttpClient();
        var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{lab.Store.Read()!.Server(LabServerKind.Api)!.Port}/health"));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("\"database\":\"disconnected\",\"redis\":\"connected\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_server_is_named_with_the_command_that_installs_it()
    {
        var error = LabPrograms.NotInstalled(LabServerKind.Redis, "Redis");
        Assert.Equal("LabServerNotInstalled", error.Definition.Id);
        Assert.Contains(LabPrograms.InstallCommand(LabServerKind.Redis), error.Message, StringComparison.Ordinal);
    }
}
