using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Compose;
using CivicQ.Ops.Core.Services.Docker;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Services.Compose;

/// <summary>Releases of a small project whose image is built from its Compose file.</summary>
public sealed class ComposeReleaseTests : IAsyncLifetime
{
    private const string Idle = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $$!; done";
    private readonly CancellationTokenSource limit = new(TimeSpan.FromMinutes(10));
    private readonly TemporaryFolder folder = new();
    private readonly string project = $"cq{Guid.NewGuid():N}"[..12];
    private DockerLab lab = null!;
    private EnvironmentContext context = null!;
    private ComposeHost host = null!;

    private CancellationToken Token => limit.Token;

    private string Image => $"lab/{project}:latest";

    public async Task InitializeAsync()
    {
        lab = await DockerLab.GetAsync();
        var settings = new ComposeSettings { Project = project, Files = [folder.File("compose.yml")], Host = lab.Host };
        context = TestContexts.Create(new CivicQEnvironment { Name = "compose", TimeoutSeconds = 60, Services = new ServicesSettings { Compose = settings } });
        host = new ComposeHost(context, DockerClient.Create(new DockerOptions { Host = lab.Host, Timeout = TimeSpan.FromMinutes(1) }), folder.Path);
    }

    public async Task DisposeAsync()
    {
        if (host is not null)
        {
            await lab.DockerAsync("compose", "-p", project, "-f", folder.File("compose.yml"), "down", "-t", "0", "--remove-orphans");
            var names = (await lab.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Split('\n').Where(name => name.Contains(project, StringComparison.Ordinal)).ToList();
            if (names.Count > 0)
            {
                await lab.DockerAsync(["rmi", "-f", .. names]);
            }

            await host.DisposeAsync();
        }

        folder.Dispose();
        limit.Dispose();
    }

    [SkippableFact]
    public async Task What_the_file_builds_is_built_and_released()
    {
        await WriteAsync("");
        var results = await PublishAsync("one");
        var done = Assert.Single(results);
        Assert.Equal(("app", ServiceChangeOutcome.Done, 1), (done.Service, done.Outcome, done.Ready));
        var first = await ImageOfAppAsync();

        await WriteAsync("LABEL release=two");
        Assert.Equal(ServiceChangeOutcome.Done, Assert.Single(await PublishAsync("two")).Outcome);
        var second = await ImageOfAppAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(["two", "one"], (await host.GetHistoryAsync(await AppAsync(), Token)).Select(revision => revision.ChangeCause));
        Assert.Equal(ServiceChangeOutcome.AlreadyThere, Assert.Single(await PublishAsync("the same")).Outcome);

        await WriteAsync("RUN exit 7");
        var broken = await Assert.ThrowsAsync<OperationException>(() => PublishAsync("not to be built"));
        Assert.Equal(ComposeErrors.Failed, broken.Definition);
        Assert.Contains("7", broken.Message, StringComparison.Ordinal);
        Assert.Equal(second, await ImageOfAppAsync());
    }

    [SkippableFact]
    public async Task The_first_release_that_fails_is_taken_back_too_and_so_is_one_after_another_way_of_publishing()
    {
        await WriteAsync("");
        await UpAsync();
        var first = await ImageOfAppAsync();
        await WriteAsync("RUN rm /ready");
        var failed = Assert.Single(await PublishAsync("bad"));
        Assert.Equal(ServiceChangeOutcome.BackedOut, failed.Outcome);
        Assert.Equal(first, await ImageOfAppAsync());

        // Somebody brought up another image by hand: that is what a failed release goes back to.
        await WriteAsync("LABEL by=hand");
        await UpAsync();
        var byHand = await ImageOfAppAsync();
        Assert.NotEqual(first, byHand);
        await WriteAsync("RUN rm /ready && echo again");
        Assert.Equal(ServiceChangeOutcome.BackedOut, Assert.Single(await PublishAsync("bad again")).Outcome);
        Assert.Equal(byHand, await ImageOfAppAsync());

        // And so does a roll-back that fails: the release that it goes to has lost its files.
        await WriteAsync("LABEL by=another-hand");
        await UpAsync();
        var present = await ImageOfAppAsync();
        var bad = (await host.GetHistoryAsync(await AppAsync(), Token)).First(revision => revision.ChangeCause == "bad again");
        var undone = await Runner().RunAsync(await ServiceChange.UndoAsync(host, await AppAsync(), bad.Revision, Token), Token);
        Assert.Equal(ServiceChangeOutcome.BackedOut, undone.Outcome);
        Assert.Equal(present, await ImageOfAppAsync());
    }

    [SkippableFact]
    public async Task The_last_images_of_a_service_are_kept_and_no_more()
    {
        var ids = new List<string>();
        for (var number = 1; number <= ComposeReleases.KeptImages + 2; number++)
        {
            await WriteAsync($"LABEL release={number}");
            await UpAsync(build: true);
            await host.RecordAsync(Token);
            ids.Add(await ImageOfAppAsync());
        }

        var kept = (await lab.DockerAsync("images", "--no-trunc", "--format", "{{.Tag}} {{.ID}}", "civicq-release")).Split('\n')
            .Where(line => line.StartsWith(project, StringComparison.Ordinal)).Select(line => line.Split(' ')[1]);
        Assert.Equal(ids.TakeLast(ComposeReleases.KeptImages).Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
        var app = await AppAsync();
        Assert.Equal(ids.Count, (await host.GetHistoryAsync(app, Token)).Count);
        Assert.Equal(ComposeErrors.ImageGone, (await Assert.ThrowsAsync<OperationException>(() => host.PlanUndoAsync(app, 1, Token))).Definition);
        Assert.Equal(ids.Count - 1, (await host.PlanUndoAsync(app, null, Token)).ToRevision);
        Assert.False((await host.PlanUndoAsync(app, 3, Token)).IsAlreadyThere);
    }

    [SkippableFact]
    public async Task A_service_that_does_its_work_and_ends_is_ready_when_it_has_and_one_without_containers_is_no_failure()
    {
        const string Migrate = """
              migrate:
                image: lab/busybox:latest
                network_mode: none
                command: [sh, -c, "exit ${CODE:-0}"]
              spare:
                image: lab/busybox:latest
                network_mode: none
                deploy: {replicas: 0}
            """;
        await WriteAsync("", Migrate, "depends_on: {migrate: {condition: service_completed_successfully}}");
        var results = (await PublishAsync("with a migration")).ToDictionary(result => result.Service);
        Assert.Equal(["app", "migrate"], results.Keys.Order(StringComparer.Ordinal));
        Assert.All(results.Values, result => Assert.Equal((ServiceChangeOutcome.Done, (string?)null), (result.Outcome, result.Reason)));
        var services = (await host.GetServicesAsync(Token)).ToDictionary(service => service.Service);
        Assert.Equal((ServiceStatus.Ready, 1, (string?)null), (services["migrate"].Status, services["migrate"].Ready, services["migrate"].Reason));
        Assert.Equal(ServiceStatus.Stopped, services["spare"].Status);
        var instance = Assert.Single(await host.GetInstancesAsync([services["migrate"]], Token));
        Assert.Equal((ServiceInstanceState.Exited, true, (string?)null), (instance.State, instance.IsReady, instance.Reason));

        // Stopped in good order is not the same as done.
        await lab.DockerAsync("stop", $"{project}-app-1");
        Assert.Equal(ServiceStatus.Down, (await AppAsync()).Status);
        await lab.DockerAsync("start", $"{project}-app-1");

        // Restarted, it does its work again; that is not crashing.
        await host.RestartAsync(services["migrate"], rolling: true, dryRun: false, _ => { }, Token);
        await lab.DockerAsync("rm", "-f", $"{project}-migrate-1");
        await File.WriteAllTextAsync(folder.File(".env"), "CODE=3\n", Token);
        await Assert.ThrowsAsync<OperationException>(() => PublishAsync("a migration that fails"));
        services = (await host.GetServicesAsync(Token)).ToDictionary(service => service.Service);
        Assert.Equal(ServiceStatus.Down, services["migrate"].Status);
        Assert.Contains("exit code 3", services["migrate"].Reason, StringComparison.Ordinal);
    }

    // Without a file /ready the container ends at once.
    private async Task WriteAsync(string line, string services = "", string further = "")
    {
        Directory.CreateDirectory(folder.File("app"));
        await File.WriteAllTextAsync(folder.File("app/Dockerfile"), $"FROM lab/busybox:latest\nRUN touch /ready\n{line}\n", Token);
        await File.WriteAllTextAsync(folder.File("compose.yml"), $$"""
            services:
              app:
                image: {{Image}}
                build: {context: app, network: none}
                network_mode: none
                command: [sh, -c, "[ -e /ready ] || exit 1; {{Idle}}"]
                {{further}}
            {{services}}
            """, Token);
    }

    private Task<string> UpAsync(bool build = true) =>
        lab.CliAsync(["compose", "-p", project, "-f", folder.File("compose.yml"), "up", "-d", .. build ? (string[])["--build"] : []], [("DOCKER_BUILDKIT", "0")]);

    private ServiceChangeRunner Runner() => new(context, host) { Action = ServiceAction.Publish, Wait = true, Timeout = TimeSpan.FromMinutes(2), HealthComponents = [] };

    private Task<IReadOnlyList<ServiceChangeResult>> PublishAsync(string note) => new ReleasePublisher(context, host, Runner()).PublishAsync(build: true, note, _ => { }, Token);

    private async Task<ServiceInfo> AppAsync() => (await host.GetServicesAsync(Token)).Single(service => service.Service == "app");

    private Task<string> ImageOfAppAsync() => lab.DockerAsync("inspect", "--format", "{{.Image}}", $"{project}-app-1");
}
