using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

public sealed class DockerContainerTests : DockerTest
{
    [SkippableFact]
    public async Task The_engine_says_what_the_CLI_says()
    {
        var engine = await Client.GetEngineAsync(Token);

        Assert.Equal(await Lab.DockerAsync("version", "--format", "{{.Server.Version}}"), engine.Version);
        Assert.Equal(await Lab.DockerAsync("info", "--format", "{{.NCPU}} {{.MemTotal}} {{.CgroupVersion}}"), string.Create(CultureInfo.InvariantCulture, $"{engine.Processors} {engine.MemoryBytes} {engine.CgroupVersion}"));
        Assert.True(engine.ApiVersion <= DockerConnection.Newest);
    }

    [SkippableFact]
    public async Task Containers_are_listed_by_their_labels()
    {
        var mark = $"mark={Guid.NewGuid():N}";
        var (one, two) = (await RunAsync(Idle, "--label", mark, "--label", "part=one"), await RunAsync("exit 3", "--label", mark));
        await Client.WaitAsync(two, Token);

        var both = await Client.ListContainersAsync([mark], Token);

        Assert.Equal([two, one], both.Select(container => container.Name));
        Assert.Equal(["exited", "running"], both.Select(container => container.State));
        Assert.Equal("one", both[1].Labels["part"]);
        Assert.Equal("lab/busybox:latest", both[1].Image);
        Assert.Equal(one, Assert.Single(await Client.ListContainersAsync([mark, "part"], Token)).Name);
        Assert.Empty(await Client.ListContainersAsync([mark, "part=two"], Token));
    }

    [SkippableFact]
    public async Task Everything_about_a_container_is_read()
    {
        var name = await RunAsync(
            Idle, "--memory", "64m", "--cpus", "0.5", "--restart", "on-failure:3", "-e", "SECRET=x", "--health-cmd", "echo fine; exit 0", "--health-interval", "1s", "--label", "a=b");
        var detail = await UntilAsync(name, found => found.Health is { Status: "healthy" });

        Assert.Equal((name, "lab/busybox:latest", "running", true), (detail.Name, detail.Image, detail.State, detail.IsRunning));
        Assert.Equal((64L * 1024 * 1024, 0.5, "on-failure", 0), (detail.MemoryLimitBytes, detail.CpuLimitCores, detail.RestartPolicy, detail.RestartCount));
        Assert.Equal("fine", detail.Health!.LastOutput);
        Assert.Equal("b", detail.Labels["a"]);
        Assert.Contains("SECRET=x", detail.Variables);
        Assert.DoesNotContain("SECRET", detail.ToString(), StringComparison.Ordinal);
        Assert.Equal(("bridge", await Lab.DockerAsync("inspect", "-f", "{{.NetworkSettings.IPAddress}}", name)), (Assert.Single(detail.Networks).Network, detail.Networks[0].Address));
        Assert.Null(detail.FinishedAt);
        Assert.True(detail.StartedAt >= detail.CreatedAt);
    }

    [SkippableFact]
    public async Task It_is_stopped_started_restarted_and_killed()
    {
        var name = await RunAsync(Idle);

        Assert.True(await Client.StopAsync(name, TimeSpan.FromSeconds(5), Token));
        Assert.False(await Client.StopAsync(name, null, Token));
        Assert.Equal("exited", (await Client.InspectContainerAsync(name, Token)).State);
        Assert.True(await Client.StartAsync(name, Token));
        Assert.False(await Client.StartAsync(name, Token));
        var first = (await Client.InspectContainerAsync(name, Token)).StartedAt;
        await Client.RestartAsync(name, TimeSpan.FromSeconds(5), Token);
        Assert.True((await Client.InspectContainerAsync(name, Token)).StartedAt > first);
        var waiting = Client.WaitAsync(name, Token);
        await Client.KillAsync(name, "SIGKILL", Token);
        Assert.Equal(137, await waiting);
        Assert.Equal(DockerErrors.Conflict, (await Assert.ThrowsAsync<OperationException>(() => Client.KillAsync(name, "SIGKILL", Token))).Definition);
    }

    [SkippableFact]
    public async Task Limits_are_changed_while_it_runs_and_taken_off()
    {
        var name = await RunAsync(Idle, "--memory", "32m");

        await Client.UpdateAsync(name, new DockerLimits { MemoryBytes = 256 * 1024 * 1024, Cores = 0.25 }, Token);

        var detail = await Client.InspectContainerAsync(name, Token);
        Assert.Equal((256L * 1024 * 1024, 0.25), (detail.MemoryLimitBytes, detail.CpuLimitCores));
        await Client.UpdateAsync(name, new DockerLimits { MemoryBytes = 0, Cores = 0 }, Token);
        var engine = await Client.GetEngineAsync(Token);
        detail = await Client.InspectContainerAsync(name, Token);
        Assert.Equal((engine.MemoryBytes, engine.Processors), (detail.MemoryLimitBytes, detail.CpuLimitCores));
    }

    [SkippableFact]
    public async Task The_kernels_end_of_a_greedy_program_is_seen()
    {
        var name = await RunAsync("tail /dev/zero", "--memory", "16m", "--memory-swap", "16m");
        await Client.WaitAsync(name, Token);

        var detail = await Client.InspectContainerAsync(name, Token);

        Assert.True(detail.IsOomKilled);
        Assert.Equal(await Lab.DockerAsync("inspect", "-f", "{{.State.ExitCode}}", name), detail.ExitCode.ToString(CultureInfo.InvariantCulture));
    }

    [SkippableFact]
    public async Task It_gets_another_name()
    {
        var (name, taken) = (await RunAsync(Idle), await RunAsync(Idle));

        Assert.Equal(DockerErrors.Conflict, (await Assert.ThrowsAsync<OperationException>(() => Client.RenameAsync(name, taken, Token))).Definition);
        var id = (await Client.InspectContainerAsync(name, Token)).Id;
        await Client.RenameAsync(id, name + "-b", Token);
        Assert.Equal(id, (await Client.InspectContainerAsync(name + "-b", Token)).Id);
        await Client.RenameAsync(id, name, Token);
    }

    [SkippableFact]
    public async Task Networks_are_left_and_joined_with_their_names()
    {
        var network = $"n{Guid.NewGuid():N}"[..12];
        await Lab.DockerAsync("network", "create", "--label", "a=b", network);
        try
        {
            var name = await RunAsync(Idle, "--network", network, "--network-alias", "backend");
            var found = await Client.InspectNetworkAsync(network, Token);
            Assert.Equal((network, "bridge", "b", name), (found.Name, found.Driver, found.Labels["a"], Assert.Single(found.Containers).Value));
            Assert.Contains("backend", Assert.Single((await Client.InspectContainerAsync(name, Token)).Networks).Aliases);

            await Client.DisconnectAsync(network, name, Token);
            Assert.Empty((await Client.InspectNetworkAsync(network, Token)).Containers);
            Assert.True((await Client.InspectContainerAsync(name, Token)).IsRunning);
            await Client.ConnectAsync(found.Id, name, ["backend", "again"], Token);
            Assert.Subset(Assert.Single((await Client.InspectContainerAsync(name, Token)).Networks).Aliases.ToHashSet(), new HashSet<string> { "backend", "again" });
            await Client.DisconnectAsync(network, name, Token);
        }
        finally
        {
            await Lab.DockerAsync("network", "rm", network);
        }

        Assert.Equal(DockerErrors.NetworkNotFound, (await Assert.ThrowsAsync<OperationException>(() => Client.InspectNetworkAsync(network, Token))).Definition);
    }

    [SkippableFact]
    public async Task Images_are_looked_at_and_named()
    {
        var tag = Guid.NewGuid().ToString("N");
        await Client.TagImageAsync("lab/busybox:latest", "lab/other", tag, Token);
        try
        {
            var (image, original) = (await Client.InspectImageAsync($"lab/other:{tag}", Token), await Client.InspectImageAsync("lab/busybox:latest", Token));

            Assert.Equal(original.Id, image.Id);
            Assert.Contains($"lab/other:{tag}", image.Tags);
            Assert.True(image.SizeBytes > 1_000_000);
            Assert.True(image.Labels.ContainsKey("civicq.lab.source"));
        }
        finally
        {
            await Lab.DockerAsync("rmi", $"lab/other:{tag}");
        }

        Assert.Equal(DockerErrors.ImageNotFound, (await Assert.ThrowsAsync<OperationException>(() => Client.InspectImageAsync($"lab/other:{tag}", Token))).Definition);
    }

    [SkippableFact]
    public async Task A_container_that_is_not_there_is_named()
    {
        Func<Task>[] all =
        [
            () => Client.InspectContainerAsync("no-such", Token), () => Client.StartAsync("no-such", Token), () => Client.StopAsync("no-such", null, Token),
            () => Client.WaitAsync("no-such", Token), () => LogAsync("no-such", new()), () => ExecuteAsync("no-such", null, "true"), () => Client.UpdateAsync("no-such", new DockerLimits { Cores = 1 }, Token),
            () => Client.ConnectAsync("bridge", "no-such", [], Token),
        ];

        foreach (var call in all)
        {
            var error = await Assert.ThrowsAsync<OperationException>(call);
            Assert.Equal(DockerErrors.ContainerNotFound, error.Definition);
            Assert.Contains("no-such", error.Message, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public async Task Events_tell_what_happened_since_and_go_on()
    {
        var name = await RunAsync(Idle, "--label", "who=events");
        var since = DateTimeOffset.UtcNow.AddMinutes(-10);
        var filters = new Dictionary<string, IReadOnlyList<string>> { ["container"] = [name], ["type"] = ["container"] };
        var seen = new List<DockerEvent>();
        await foreach (var each in Client.ReadEventsAsync(new DockerEventQuery { Since = since, Until = DateTimeOffset.UtcNow.AddSeconds(1), Filters = filters }, Token))
        {
            seen.Add(each);
        }

        Assert.Equal(["create", "start"], seen.Select(each => each.Action));
        Assert.All(seen, each => Assert.Equal(("container", name, "events"), (each.Type, each.Attributes["name"], each.Attributes["who"])));

        await using var following = Client.ReadEventsAsync(new DockerEventQuery { Since = seen[^1].At.AddTicks(10), Filters = filters }, Token).GetAsyncEnumerator();
        var next = following.MoveNextAsync();
        await Client.KillAsync(name, "SIGKILL", Token);
        Assert.True(await next);
        Assert.Equal("kill", following.Current.Action);
        Assert.True(await following.MoveNextAsync());
        Assert.Equal(("die", "137"), (following.Current.Action, following.Current.Attributes["exitCode"]));
    }

    [SkippableFact]
    public async Task Usage_agrees_with_docker_stats()
    {
        // A quarter of a core, which a virtual machine's kernel does not hold exactly, and 40 MB.
        var busy = await RunAsync("dd if=/dev/zero of=/dev/shm/x bs=1M count=40 2>/dev/null; while :; do :; done", "--cpus", "0.25", "--memory", "128m");
        var idle = await RunAsync(Idle);
        var gone = await RunAsync("exit 0");
        await Client.WaitAsync(gone, Token);
        await UntilUsedAsync(busy, 40 * 1024 * 1024);

        IReadOnlyList<DockerUsage> usage;
        string[] cli;
        double theirs;
        var tries = 0;
        do
        {
            // The CLI's one second is a short sample on a busy machine: the two are asked until they speak of the same moment.
            usage = await Client.GetUsageAsync([busy, idle, gone, "no-such"], TimeSpan.FromSeconds(3), Token);
            cli = (await Lab.DockerAsync("stats", "--no-stream", "--format", "{{.CPUPerc}} {{.MemUsage}} {{.PIDs}}", busy)).Split(' ');
            theirs = double.Parse(cli[0].TrimEnd('%'), CultureInfo.InvariantCulture) / 100;
        }
        while (Math.Abs(theirs - usage[0].CpuCores!.Value) > 0.15 && ++tries < 10);

        Assert.Equal([busy, idle], usage.Select(each => each.Id));
        Assert.True(usage[0].CpuCores > 0.05);
        Assert.Equal(theirs, usage[0].CpuCores!.Value, 0.15);
        Assert.EndsWith("MiB", cli[1], StringComparison.Ordinal);
        Assert.Equal(double.Parse(cli[1][..^3], CultureInfo.InvariantCulture), usage[0].MemoryBytes!.Value / 1048576.0, 2.0);
        Assert.Equal("128MiB", cli[3]);
        Assert.Equal(128L * 1024 * 1024, usage[0].MemoryLimitBytes);
        Assert.Equal(cli[4], usage[0].Processes!.Value.ToString(CultureInfo.InvariantCulture));
        Assert.True(usage[1].CpuCores < 0.05);
        Assert.True(usage[0].ReceivedBytes >= 0 && usage[0].SentBytes >= 0);
    }

    private async Task<DockerContainerDetail> UntilAsync(string name, Func<DockerContainerDetail, bool> holds)
    {
        while (true)
        {
            var detail = await Client.InspectContainerAsync(name, Token);
            if (holds(detail))
            {
                return detail;
            }

            await Task.Delay(100, Token);
        }
    }

    private async Task UntilUsedAsync(string name, long bytes)
    {
        while (await Client.GetUsageAsync([name], TimeSpan.FromMilliseconds(200), Token) is not [{ MemoryBytes: { } used }] || used < bytes)
        {
            await Task.Delay(100, Token);
        }
    }
}
