using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Compose;
using CivicQ.Ops.Core.Services.Docker;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Services.Compose;

/// <summary>The host of services on the lab's stack: one project, up for all of a test's steps.</summary>
public sealed class ComposeHostTests : IAsyncLifetime
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromMinutes(10));
    private readonly List<string> steps = [];
    private readonly TemporaryFolder records = new();
    private ComposeLab lab = null!;
    private ComposeHost host = null!;

    private CancellationToken Token => limit.Token;

    public async Task InitializeAsync()
    {
        lab = await ComposeLab.StartAsync();
        host = Host(lab.Project, lab.File);
    }

    public async Task DisposeAsync()
    {
        if (lab is not null)
        {
            await host.DisposeAsync();
            await lab.DisposeAsync();
        }

        records.Dispose();
        limit.Dispose();
    }

    [SkippableFact]
    public async Task Services_and_instances_are_seen_and_asked()
    {
        var services = await host.GetServicesAsync(Token);
        Assert.Equal(["backend", "celery-worker", "nginx", "postgres", "redis"], services.Select(service => service.Service));
        Assert.All(services, service => Assert.Equal((ServiceStatus.Ready, 1, 1, 1, ServicePlatform.Compose), (service.Status, service.Desired, service.Ready, service.Updated, service.Platform)));
        var backend = services[0];

        var instances = await host.GetInstancesAsync(services, Token);
        Assert.Equal((await lab.ComposeAsync("ps", "-q")).Split('\n').Order(StringComparer.Ordinal), instances.Select(instance => instance.Id).Order(StringComparer.Ordinal));
        Assert.All(instances, instance => Assert.True(instance is { IsReady: true, Reason: null, State: ServiceInstanceState.Running, Address: not null }));
        var instance = instances.Single(each => each.Service == "backend");

        var usage = await host.GetUsageAsync(services, Token);
        Assert.Equal(instances.Select(each => each.Instance), usage.Select(each => each.Instance));
        Assert.All(usage, each => Assert.True(each is { MemoryBytes: > 100_000, CpuCores: >= 0, Processes: > 0, MemoryLimitBytes: null, MemoryRatio: null }));

        var lines = await ListAsync(host.ReadLogAsync(instance, new LogQuery(), Token));
        Assert.Contains(lines, line => line.Text.Contains("Application startup complete", StringComparison.Ordinal));

        var events = await ListAsync(host.GetEventsAsync([backend], new ServiceEventQuery { Since = instance.CreatedAt!.Value.AddSeconds(-1) }, Token));
        Assert.Contains(events, each => each is { Reason: "start", Service: "backend", Level: ServiceEventLevel.Normal } && each.Instance == instance.Instance);
        Assert.All(events, each => Assert.Equal("backend", each.Service));

        var output = new MemoryStream();
        var code = await host.ExecuteAsync(instance, new ServiceCommand { Arguments = ["sh", "-c", "echo $0 in $(hostname); exit 7"], Output = output.WriteAsync, Error = output.WriteAsync }, Token);
        Assert.Equal((7, $"sh in {instance.Id[..12]}\n"), (code, Encoding.UTF8.GetString(output.ToArray())));

        // Without its files the project is known by its labels, which name them.
        await using var unnamed = Host(lab.Project);
        Assert.Equal(services, await unnamed.GetServicesAsync(Token), (a, b) => a.Service == b.Service && a.Ready == b.Ready);
        await using var other = Host("no-such-project");
        Assert.Empty(await other.GetServicesAsync(Token));
    }

    [SkippableFact]
    public async Task Services_are_scaled_limited_restarted_and_cut_off()
    {
        var backend = await ServiceAsync("backend");
        Assert.Equal([new ServiceDifference("replicas", "1", "3")], await host.SetAsync(backend, new ServiceLimits { Replicas = 3 }, dryRun: true, Token));
        Assert.Equal(1, (await ServiceAsync("backend")).Desired);
        var untouched = (await InstancesAsync("backend")).Single().Id;
        await host.SetAsync(backend, new ServiceLimits { Replicas = 3, MemoryLimitBytes = 300 * 1024 * 1024, CpuLimitCores = 0.5 }, dryRun: false, Token);
        await WatchAsync(backend);
        Assert.Equal((3, 3), ((await ServiceAsync("backend")).Desired, (await ServiceAsync("backend")).Ready));
        Assert.Contains(untouched, (await InstancesAsync("backend")).Select(instance => instance.Id));
        Assert.All(await host.GetUsageAsync([backend], Token), usage => Assert.Equal((300L * 1024 * 1024, 0.5), (usage.MemoryLimitBytes, usage.CpuLimitCores)));
        Assert.Empty(await host.SetAsync(backend, new ServiceLimits { Replicas = 3, MemoryLimitBytes = 300 * 1024 * 1024 }, dryRun: false, Token));

        var before = (await InstancesAsync("backend")).ToDictionary(instance => instance.Id, instance => instance.StartedAt);
        await host.RestartAsync(backend, rolling: true, dryRun: true, progress => steps.Add(progress.Message), Token);
        Assert.Empty(steps);
        await host.RestartAsync(backend, rolling: true, dryRun: false, progress => steps.Add(progress.Message), Token);
        var after = await InstancesAsync("backend");
        Assert.All(after, instance => Assert.True(instance.StartedAt > before[instance.Id]));
        Assert.Equal(after.OrderBy(instance => instance.Instance, StringComparer.Ordinal).Select(instance => instance.StartedAt), after.Select(instance => instance.StartedAt).Order());
        Assert.Equal(6, steps.Count);
        await host.SetAsync(backend, new ServiceLimits { Replicas = 1 }, dryRun: false, Token);
        Assert.Single(await InstancesAsync("backend"));

        var redis = await ServiceAsync("redis");
        Assert.Equal($"network {lab.Project}_default", (await host.IsolateAsync(redis, isolate: true, dryRun: true, Token)).Means);
        var started = (await InstancesAsync("redis")).Single().StartedAt;
        await host.IsolateAsync(redis, isolate: true, dryRun: false, Token);
        var cut = (await InstancesAsync("redis")).Single();
        Assert.Equal((ServiceInstanceState.Paused, false, started), (cut.State, cut.IsReady, cut.StartedAt));
        Assert.Equal("It is cut off from all networks.", cut.Reason);
        Assert.Equal(ServiceStatus.Down, (await ServiceAsync("redis")).Status);
        Assert.Equal(503, await HealthAsync());
        await host.IsolateAsync(redis, isolate: false, dryRun: false, Token);
        await lab.ReadyAsync();
        Assert.Equal(started, (await InstancesAsync("redis")).Single().StartedAt);
    }

    [SkippableFact]
    public async Task A_cut_that_was_undone_in_part_by_hand_forgets_no_network()
    {
        var (network, container) = ($"{lab.Project}-second", $"{lab.Project}-celery-worker-1");
        await lab.Docker.DockerAsync("network", "create", network);
        await lab.Docker.DockerAsync("network", "connect", network, container);
        var worker = await ServiceAsync("celery-worker");
        await host.IsolateAsync(worker, isolate: true, dryRun: false, Token);
        await lab.Docker.DockerAsync("network", "connect", network, container);
        await host.IsolateAsync(worker, isolate: true, dryRun: false, Token);
        await host.IsolateAsync(worker, isolate: false, dryRun: false, Token);
        var networks = await lab.Docker.DockerAsync("inspect", "-f", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}", container);
        Assert.Equal([$"{lab.Project}_default", network], networks.Split(' ', StringSplitOptions.RemoveEmptyEntries).OrderByDescending(name => name, StringComparer.Ordinal));
        await lab.Docker.DockerAsync("network", "disconnect", network, container);
        await lab.Docker.DockerAsync("network", "rm", network);
    }

    [SkippableFact]
    public async Task Releases_are_published_and_gone_back_from()
    {
        // The test's own name for the image: other tests use the lab's.
        var image = $"lab/release-{lab.Project}:latest";
        var built = $"lab/release-{lab.Project}:built";
        await lab.Docker.DockerAsync("tag", "lab/civicq:latest", image);
        await lab.Docker.DockerAsync("tag", "lab/civicq:latest", built);
        await File.WriteAllTextAsync(lab.File, (await File.ReadAllTextAsync(lab.File, Token)).Replace("lab/civicq:latest", image, StringComparison.Ordinal), Token);
        try
        {
            var backend = await ServiceAsync("backend");
            Assert.Equal(ServiceErrors.NoHistory, (await Assert.ThrowsAsync<OperationException>(() => host.GetHistoryAsync(backend, Token))).Definition);

            var first = await host.PublishAsync(build: false, "first", progress => steps.Add(progress.Message), Token);
            await lab.ReadyAsync();
            Assert.Equal((2, "first"), (first.Revision, first.Note));
            Assert.NotEmpty(steps);
            await BuildAsync(image, "LABEL release=two");
            await lab.Docker.DockerAsync("tag", image, built);
            await host.PublishAsync(build: false, "second", _ => { }, Token);
            await lab.ReadyAsync();

            var history = await host.GetHistoryAsync(backend, Token);
            Assert.Equal([3L, 2L, 1L], history.Select(revision => revision.Revision));
            Assert.Equal([true, false, false], history.Select(revision => revision.IsCurrent));
            Assert.Equal(["second", "first", "What ran before the first release"], history.Select(revision => revision.ChangeCause));
            Assert.Equal("backend.image", Assert.Single(history[0].Changes).Path);

            var plan = await host.PlanUndoAsync(await ServiceAsync("backend"), null, Token);
            Assert.Equal((3L, 2L, false), (plan.FromRevision, plan.ToRevision, plan.IsAlreadyThere));
            Assert.Single(plan.Changes);
            await host.UndoAsync(plan, dryRun: true, _ => { }, Token);
            Assert.Equal(3, (await ServiceAsync("backend")).Revision);
            await host.UndoAsync(plan, dryRun: false, _ => { }, Token);
            await WatchAsync(backend);
            await lab.ReadyAsync();
            Assert.Equal(await lab.Docker.DockerAsync("inspect", "-f", "{{.Id}}", "lab/civicq:latest"), await lab.Docker.DockerAsync("inspect", "-f", "{{.Image}}", (await InstancesAsync("backend")).Single().Id));
            Assert.Equal("backend back to release 2", (await host.GetHistoryAsync(backend, Token))[0].ChangeCause);
            Assert.Equal(4, (await ServiceAsync("backend")).Revision);
            // The others run what they ran: the newest release has that too.
            Assert.Equal(["nginx.image"], (await host.GetHistoryAsync(await ServiceAsync("nginx"), Token)).SelectMany(revision => revision.Changes).Select(change => change.Path));

            Assert.True((await host.PlanUndoAsync(backend, 2, Token)).IsAlreadyThere);
            Assert.Equal(ServiceErrors.RevisionNotFound, (await Assert.ThrowsAsync<OperationException>(() => host.PlanUndoAsync(backend, 99, Token))).Definition);
            // Somebody else was quicker.
            Assert.Equal(ServiceErrors.Changed, (await Assert.ThrowsAsync<OperationException>(() => host.UndoAsync(plan, dryRun: false, _ => { }, Token))).Definition);
        }
        finally
        {
            await lab.ComposeAsync("down", "-t", "2");
            await lab.Docker.DockerAsync("rmi", "-f", image, built);
        }
    }

    [SkippableFact]
    public async Task What_is_wrong_is_said_in_a_sentence()
    {
        // It ends by itself when it is asked to; on a slow machine that takes a while.
        await lab.ComposeAsync("stop", "-t", "60", "celery-worker");
        await lab.Docker.DockerAsync("pause", $"{lab.Project}-nginx-1");
        var worker = await ServiceAsync("celery-worker");
        Assert.Equal(ServiceStatus.Down, worker.Status);
        Assert.Contains("exit code 0", worker.Reason, StringComparison.Ordinal);
        Assert.Equal("It is paused.", (await InstancesAsync("nginx")).Single().Reason);
        await lab.Docker.DockerAsync("unpause", $"{lab.Project}-nginx-1");
        var failed = await Assert.ThrowsAsync<OperationException>(() => WatchAsync(worker));
        Assert.Equal(ServiceErrors.RolloutFailed, failed.Definition);
        var instance = (await InstancesAsync("celery-worker")).Single();
        var refused = await Assert.ThrowsAsync<OperationException>(
            () => host.ExecuteAsync(instance, new ServiceCommand { Arguments = ["true"], Output = (_, _) => default, Error = (_, _) => default }, Token));
        Assert.Equal(ServiceErrors.InstanceNotRunning, refused.Definition);

        await File.WriteAllTextAsync(lab.File, "services:\n  backend: [\n", Token);
        // What runs is seen all the same; what needs the file says where it is broken.
        Assert.Equal(5, (await host.GetServicesAsync(Token)).Count);
        var broken = await Assert.ThrowsAsync<OperationException>(() => host.SetAsync(worker, new ServiceLimits { Replicas = 2 }, dryRun: false, Token));
        Assert.Equal(ComposeErrors.Failed, broken.Definition);
        Assert.Contains("yaml", broken.Message, StringComparison.OrdinalIgnoreCase);
        await File.WriteAllTextAsync(lab.File, await File.ReadAllTextAsync(Path.Combine(DockerLab.Folder, "stack", "docker-compose.production.yml"), Token), Token);
    }

    [SkippableFact]
    public async Task A_cancelled_Compose_ends_with_all_that_it_started()
    {
        var runner = new ComposeRunner(DockerEndpoint.Parse(lab.Docker.Host), new ComposePlace(lab.Project, [lab.File], null), steps.Add);
        Assert.True(await runner.GetVersionAsync(Token) >= new Version(1, 29));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var heard = new TaskCompletionSource();
        var running = runner.RunAsync(["logs", "-f"], _ => heard.TrySetResult(), stop.Token);
        await heard.Task.WaitAsync(Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        // A process that was killed keeps its command line until the system has cleared it away.
        var limit = DateTime.UtcNow.AddSeconds(30);
        while (Directory.EnumerateDirectories("/proc").Where(entry => char.IsAsciiDigit(Path.GetFileName(entry)[0])).Select(CommandLine)
            .Any(line => line.Contains(lab.Project, StringComparison.Ordinal) && line.Contains("\0logs\0-f", StringComparison.Ordinal)))
        {
            Assert.True(DateTime.UtcNow < limit, "What Compose started runs on.");
            await Task.Delay(50);
        }

        Assert.DoesNotContain(steps, step => step.Contains('\u001b', StringComparison.Ordinal));
        Assert.Equal(ComposeErrors.Failed, (await Assert.ThrowsAsync<OperationException>(() => runner.RunAsync(["up", "-d", "no-such-service"], null, Token))).Definition);
        var nowhere = new ComposeRunner(DockerEndpoint.Parse(lab.Docker.Host), new ComposePlace(lab.Project, [lab.File + ".none"], null), steps.Add);
        Assert.Equal(ComposeErrors.FileNotFound, (await Assert.ThrowsAsync<OperationException>(() => nowhere.RunAsync(["ps"], null, Token))).Definition);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        var result = new List<T>();
        await foreach (var item in items)
        {
            result.Add(item);
        }

        return result;
    }

    private async Task<ServiceInfo> ServiceAsync(string name) => (await host.GetServicesAsync(Token)).Single(service => service.Service == name);

    private async Task<IReadOnlyList<ServiceInstance>> InstancesAsync(string name) => await host.GetInstancesAsync([await ServiceAsync(name)], Token);

    private async Task WatchAsync(ServiceInfo service)
    {
        var statuses = await ListAsync(host.WatchRolloutAsync(service, null, Token));
        Assert.True(statuses[^1].IsComplete, statuses[^1].Message);
    }

    private async Task<int> HealthAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        using var answer = await client.GetAsync(new Uri(lab.Address, "health"), Token);
        return (int)answer.StatusCode;
    }

    private async Task BuildAsync(string image, string line)
    {
        using var context = new TemporaryFolder();
        await File.WriteAllTextAsync(context.File("Dockerfile"), $"FROM {image}\n{line}\n", Token);
        await lab.Docker.CliAsync(["build", "-q", "-t", image, context.Path], [("DOCKER_BUILDKIT", "0")]);
    }

    private ComposeHost Host(string project, params string[] files)
    {
        var settings = new ComposeSettings { Project = project, Files = files, Host = lab.Docker.Host };
        return new ComposeHost(
            TestContexts.Create(new CivicQEnvironment { Name = "compose", TimeoutSeconds = 60, Services = new ServicesSettings { Compose = settings } }),
            DockerClient.Create(new DockerOptions { Host = lab.Docker.Host, Timeout = TimeSpan.FromMinutes(1) }),
            records.Path);
    }
}
