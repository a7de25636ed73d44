using System.Collections.Concurrent;
using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Logs.Entries;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Compose;
using CivicQ.Ops.Core.Services.Docker;
using CivicQ.Ops.Core.Services.Logs;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

/// <summary>The merger on real containers: what it gives is compared with what <c>docker logs</c> has.</summary>
public sealed class ContainerLogTests : IAsyncLifetime
{
    // Both outputs, an error and its traceback among them.
    private const string Talk =
        """r=$(cat /proc/sys/kernel/random/uuid); i=0; while true; do i=$((i+1)); echo "{\"level\":\"info\",\"msg\":\"$r $i out\"}"; echo "{\"level\":\"error\",\"msg\":\"$r $i err\"}" >&2; usleep 5000; done""";

    private readonly CancellationTokenSource limit = new(TimeSpan.FromMinutes(6));
    private readonly TemporaryFolder records = new();
    private readonly string project = $"log{Guid.NewGuid():N}"[..12];
    private readonly ConcurrentQueue<string> failures = [];
    private readonly List<string> containers = [];
    private DockerLab lab = null!;

    private CancellationToken Token => limit.Token;

    public async Task InitializeAsync() => lab = await DockerLab.GetAsync();

    public async Task DisposeAsync()
    {
        if (containers.Count > 0)
        {
            await lab.RemoveAsync(containers);
        }

        records.Dispose();
        limit.Dispose();
    }

    [SkippableFact]
    public async Task Twenty_containers_come_in_one_order_with_every_line()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async group =>
        {
            for (var number = group; number < 20; number += 4)
            {
                await StartAsync("""i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo "{\"level\":\"info\",\"msg\":\"$i\"}"; done; sleep 1000""", $"service{number % 5}", number);
            }
        }));
        await using var host = Host(lab.Host);
        List<LogEntry> entries;
        do
        {
            // The last of them may still be writing.
            entries = await ReadAsync(host, new LogSelection());
        }
        while (entries.Count < 10_000);

        Assert.Equal(10_000, entries.Count);
        Assert.Equal(entries.Select(entry => entry.PlatformTime).Order(), entries.Select(entry => entry.PlatformTime));
        Assert.All(entries.GroupBy(entry => entry.Instance), each => Assert.Equal(Enumerable.Range(1, 500), each.Select(entry => int.Parse(entry.Message, CultureInfo.InvariantCulture))));
        Assert.Equal(5, entries.Select(entry => entry.Service).Distinct().Count());
        Assert.Equal(20 * 3, (await ReadAsync(host, new LogSelection { Tail = 3 })).Count);
    }

    [SkippableFact]
    public async Task Cut_connections_and_restarts_drop_and_repeat_nothing()
    {
        var names = new[] { await StartAsync(Talk, "backend", 1), await StartAsync(Talk, "backend", 2) };
        await using var proxy = new CuttingProxy(lab.Socket);
        await using var host = Host($"tcp://127.0.0.1:{proxy.Port}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var entries = new ConcurrentQueue<LogEntry>();
        var reading = FollowAsync(host, entries, stop.Token);
        var cut = 0;
        for (var round = 0; round < 5; round++)
        {
            await MoreAsync(entries, 200);
            cut += proxy.Cut();
        }

        await MoreAsync(entries, 200);
        await lab.DockerAsync("restart", "-t", "0", names[0]);
        await MoreAsync(entries, 200);
        // One that comes later, as a rollout or scaling brings it.
        names = [.. names, await StartAsync(Talk, "backend", 3)];
        while (!entries.Any(entry => entry.Instance == names[2]))
        {
            await MoreAsync(entries, 10);
        }

        await lab.DockerAsync(["stop", "-t", "0", .. names]);
        var expected = new Dictionary<string, List<string>>();
        foreach (var name in names)
        {
            expected[name] = await MessagesAsync(name);
        }

        while (entries.Count < expected.Sum(log => log.Value.Count))
        {
            await Task.Delay(100, Token);
        }

        await stop.CancelAsync();
        await reading;
        Assert.True(cut >= 5, $"Only {cut} connections were cut.");
        Assert.Empty(failures);
        foreach (var name in names)
        {
            // Both outputs are read apart by the engine and by the CLI, so each is compared by itself.
            foreach (var stream in new[] { "out", "err" })
            {
                Assert.Equal(
                    expected[name].Where(message => message.EndsWith(stream, StringComparison.Ordinal)),
                    entries.Where(entry => entry.Instance == name && entry.Message.EndsWith(stream, StringComparison.Ordinal)).Select(entry => entry.Message));
            }
        }
    }

    [SkippableFact]
    public async Task An_engine_that_is_restarted_drops_and_repeats_nothing()
    {
        var own = await DockerLab.OwnAsync();
        try
        {
            var name = await own.RunAsync(
                "i=0; while true; do i=$((i+1)); echo $i; usleep 20000; done", "--network", "none", "--label", $"com.docker.compose.project={project}",
                "--label", "com.docker.compose.service=backend", "--label", "com.docker.compose.container-number=1", "--label", "com.docker.compose.oneoff=False");
            await using var host = Host(own.Host);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var entries = new ConcurrentQueue<LogEntry>();
            var reading = FollowAsync(host, entries, stop.Token);
            await MoreAsync(entries, 50);
            await own.RestartAsync();
            await MoreAsync(entries, 50);
            await own.RestartAsync();
            await MoreAsync(entries, 50);
            await stop.CancelAsync();
            await reading;
            Assert.Empty(failures);
            Assert.Equal(Enumerable.Range(1, entries.Count), entries.Select(entry => int.Parse(entry.Message, CultureInfo.InvariantCulture)));
            Assert.All(entries, entry => Assert.Equal(name, entry.Instance));
        }
        finally
        {
            await own.StopAsync();
        }
    }

    private async Task<string> StartAsync(string script, string service, int number)
    {
        var name = await lab.RunAsync(
            script, "--network", "none", "--label", $"com.docker.compose.project={project}", "--label", $"com.docker.compose.service={service}",
            "--label", string.Create(CultureInfo.InvariantCulture, $"com.docker.compose.container-number={number}"), "--label", "com.docker.compose.oneoff=False");
        lock (containers)
        {
            containers.Add(name);
        }

        return name;
    }

    private ComposeHost Host(string address) => new(
        TestContexts.Create(new CivicQEnvironment { Name = "test", Services = new ServicesSettings { Compose = new ComposeSettings { Project = project, Host = address } } }),
        DockerClient.Create(new DockerOptions { Host = address, Timeout = TimeSpan.FromSeconds(60) }), records.Path);

    private LogMerger Merger(IServiceHost host, LogSelection selection) =>
        new(host, selection, Core.Operations.NullReporter.Instance, (error, instance) => failures.Enqueue($"{instance}: {error.Message}"));

    private async Task<List<LogEntry>> ReadAsync(ComposeHost host, LogSelection selection)
    {
        var entries = new List<LogEntry>();
        await foreach (var entry in Merger(host, selection).ReadAsync(await host.GetServicesAsync(Token), Token))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private async Task FollowAsync(ComposeHost host, ConcurrentQueue<LogEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var entry in Merger(host, new LogSelection { Follow = true }).ReadAsync(await host.GetServicesAsync(cancellationToken), cancellationToken))
            {
                entries.Enqueue(entry);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task MoreAsync(ConcurrentQueue<LogEntry> entries, int count)
    {
        for (var wanted = entries.Count + count; entries.Count < wanted;)
        {
            await Task.Delay(50, Token);
        }
    }

    // By docker's own client: standard output and standard error of its CLI, one after the other.
    private async Task<List<string>> MessagesAsync(string name)
    {
        var file = Path.Combine(records.Path, name);
        await lab.DockerAsync("inspect", name);
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("sh", ["-c", "docker logs \"$0\" >\"$1\" 2>&1", name, file])
        {
            Environment = { ["DOCKER_HOST"] = lab.Host },
        })!;
        await process.WaitForExitAsync(Token);
        Assert.Equal(0, process.ExitCode);
        return [.. (await File.ReadAllLinesAsync(file, Token)).Select(line => Lines(line))];
    }

    private static string Lines(string line) => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("msg").GetString()!;
}
