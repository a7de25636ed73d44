using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Compose;
using CivicQ.Ops.Core.Tests.Services.Docker;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Services.Compose;

/// <summary>Why a container is not ready, on real containers with Compose's labels.</summary>
public sealed class ComposeReasonTests : DockerTest
{
    private readonly string project = $"cq{Guid.NewGuid():N}"[..12];

    [SkippableFact]
    public async Task It_is_said_in_one_sentence()
    {
        await RunAsync(Idle, [.. Labels("sick"), "--health-cmd", "echo no database; exit 1", "--health-interval", "1s", "--health-retries", "2"]);
        await RunAsync(Idle, [.. Labels("slow"), "--health-cmd", "exit 1", "--health-interval", "1h"]);
        await RunAsync("sleep 0.1; exit 3", [.. Labels("crashing"), "--restart", "always"]);
        await RunAsync("tail /dev/zero", [.. Labels("greedy"), "--memory", "16m", "--memory-swap", "16m"]);
        await RunAsync(Idle, Labels("fine"));
        await using var host = new ComposeHost(TestContexts.Create(new CivicQEnvironment
        {
            Name = "labels",
            TimeoutSeconds = 60,
            Services = new ServicesSettings { Compose = new ComposeSettings { Project = project, Host = Lab.Host } },
        }));

        var sick = await UntilAsync(host, "sick", found => found.Reason?.Contains("failed", StringComparison.Ordinal) == true);
        Assert.Matches(@"^Its health check failed \d+ times in a row: no database\.$", sick.Reason);
        Assert.Equal(ServiceInstanceState.Running, sick.State);
        var slow = await UntilAsync(host, "slow", _ => true);
        Assert.Equal("Its health check has not passed yet.", slow.Reason);
        var crashing = await UntilAsync(host, "crashing", found => found is { State: ServiceInstanceState.Restarting, Restarts: > 0 });
        Assert.Matches(@"^It crashes again and again: it ended with exit code 3; restarted \d+ times\.$", crashing.Reason);
        Assert.Equal(3, crashing.LastExitCode);
        var greedy = await UntilAsync(host, "greedy", found => found.State == ServiceInstanceState.Exited);
        Assert.StartsWith("The kernel ended it because it used more than its 16 MiB of memory at 20", greedy.Reason, StringComparison.Ordinal);
        Assert.True(greedy.IsOomKilled);
        Assert.Null((await UntilAsync(host, "fine", _ => true)).Reason);

        var services = (await host.GetServicesAsync(Token)).ToDictionary(service => service.Service);
        Assert.Equal((ServiceStatus.Ready, ServiceStatus.Progressing, ServiceStatus.Down), (services["fine"].Status, services["slow"].Status, services["greedy"].Status));
        Assert.EndsWith(sick.Reason![^12..], services["sick"].Reason, StringComparison.Ordinal);
    }

    private IReadOnlyList<string> Labels(string service) =>
    [
        "--label", $"com.docker.compose.project={project}", "--label", $"com.docker.compose.service={service}",
        "--label", "com.docker.compose.oneoff=False", "--label", "com.docker.compose.container-number=1",
    ];

    private async Task<ServiceInstance> UntilAsync(ComposeHost host, string service, Func<ServiceInstance, bool> holds)
    {
        while (true)
        {
            var found = (await host.GetServicesAsync(Token)).Where(each => each.Service == service).ToList();
            if ((await host.GetInstancesAsync(found, Token)) is [var instance] && holds(instance))
            {
                return instance;
            }

            await Task.Delay(100, Token);
        }
    }
}
