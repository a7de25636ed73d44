using System.Globalization;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

public sealed class RolloutTests
{
    private const string Sleep = "trap 'exit 0' TERM; while :; do sleep 60 & wait $!; done";

    private static async Task<JsonNode> JsonAsync(KubernetesNamespace space, string name) =>
        JsonNode.Parse(await space.KubectlAsync("get", "deployment", name, "-o", "json"))!;

    private static void Ignore(ServiceProgress progress)
    {
    }

    // Three revisions, the last of them current.
    private static async Task ThreeRevisionsAsync(KubernetesNamespace space, params string[] names)
    {
        foreach (var name in names)
        {
            await space.ApplyAsync(Cluster.Deployment(name, Sleep, "env: [{name: KEEP, value: \"1\"}]"));
            await space.KubectlAsync("annotate", $"deployment/{name}", "kubernetes.io/change-cause=first", "team=a");
            await space.KubectlAsync("rollout", "status", $"deployment/{name}", "--timeout=180s");
            await space.KubectlAsync("set", "env", $"deployment/{name}", "RELEASE=2", "KEEP=hidden-value");
            await space.KubectlAsync("annotate", "--overwrite", $"deployment/{name}", "kubernetes.io/change-cause=second", "team=b");
            await space.KubectlAsync("rollout", "status", $"deployment/{name}", "--timeout=180s");
            await space.KubectlAsync("set", "resources", $"deployment/{name}", "--limits=memory=64Mi");
            await space.KubectlAsync("annotate", "--overwrite", $"deployment/{name}", "kubernetes.io/change-cause=third");
            await space.KubectlAsync("rollout", "status", $"deployment/{name}", "--timeout=180s");
        }
    }

    [SkippableFact]
    public async Task History_and_undo_agree_with_kubectl()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await ThreeRevisionsAsync(space, "ours", "theirs");
        await using var host = await Cluster.HostAsync(space);
        var service = await Cluster.ServiceAsync(host, "ours");
        async Task AgreeAsync()
        {
            // REVISION  CHANGE-CAUSE, oldest first.
            var rows = (await space.KubectlAsync("rollout", "history", "deployment/ours")).Split('\n').Skip(2)
                .Select(row => row.Split("  ", 2)).Where(row => row.Length == 2).Select(row => (long.Parse(row[0].Trim(), CultureInfo.InvariantCulture), row[1].Trim()));
            Assert.Equal(rows.Reverse(), (await host.GetHistoryAsync(service, Cluster.Patience)).Select(item => (item.Revision, item.ChangeCause ?? "<none>")));
        }

        await AgreeAsync();
        var history = await host.GetHistoryAsync(service, Cluster.Patience);
        Assert.Equal([true, false, false], history.Select(item => item.IsCurrent));
        Assert.Equal(new ServiceDifference("main.resources.limits.memory", null, "64Mi"), Assert.Single(history[0].Changes));
        Assert.Equal([new ServiceDifference("main.env.KEEP", "set", "set to something else"), new ServiceDifference("main.env.RELEASE", null, "set")], history[1].Changes);

        foreach (var to in new long?[] { null, 1, null })
        {
            var plan = await host.PlanUndoAsync(service, to, Cluster.Patience);
            Assert.False(plan.IsAlreadyThere);
            Assert.NotEmpty(plan.Changes);
            Assert.DoesNotContain("hidden-value", string.Join(' ', plan.Changes), StringComparison.Ordinal);
            await host.UndoAsync(plan, dryRun: true, Ignore, Cluster.Patience);
            Assert.Equal(plan.FromRevision, (await Cluster.ServiceAsync(host, "ours")).Revision);
            await host.UndoAsync(plan, dryRun: false, Ignore, Cluster.Patience);
            await space.KubectlAsync(["rollout", "undo", "deployment/theirs", .. to is null ? Array.Empty<string>() : [$"--to-revision={to}"]]);
            Assert.True((await Cluster.WaitAsync(host, "ours"))[^1].IsComplete);
            await space.KubectlAsync("rollout", "status", "deployment/theirs", "--timeout=180s");
            Assert.Contains("successfully rolled out", await space.KubectlAsync("rollout", "status", "deployment/ours", "--timeout=180s"), StringComparison.Ordinal);

            var (ours, theirs) = (await JsonAsync(space, "ours"), await JsonAsync(space, "theirs"));
            static string Plain(JsonNode? node) => node!.ToJsonString().Replace("theirs", "ours", StringComparison.Ordinal);
            Assert.Equal(Plain(theirs.At("spec", "template")), Plain(ours.At("spec", "template")));
            Assert.Equal(theirs.Map("metadata", "annotations").Where(pair => pair.Key.StartsWith("deployment.", StringComparison.Ordinal) || !pair.Key.Contains("last-applied", StringComparison.Ordinal)).OrderBy(pair => pair.Key),
                ours.Map("metadata", "annotations").Where(pair => !pair.Key.Contains("last-applied", StringComparison.Ordinal)).OrderBy(pair => pair.Key));
            await AgreeAsync();
        }
    }

    [SkippableFact]
    public async Task Undo_refuses_what_kubectl_refuses_and_what_somebody_changed_meanwhile()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyAsync(Cluster.Deployment("app", Sleep));
        await space.KubectlAsync("rollout", "status", "deployment/app", "--timeout=180s");
        await using var host = await Cluster.HostAsync(space);
        var service = await Cluster.ServiceAsync(host, "app");
        async Task<OperationException> FailAsync(long? to = null) => await Assert.ThrowsAsync<OperationException>(() => host.PlanUndoAsync(service, to, Cluster.Patience));

        Assert.Equal(ServiceErrors.NoHistory, (await FailAsync()).Definition);
        Assert.Contains("no rollout history found", (await space.TryKubectlAsync("rollout", "undo", "deployment/app")).Error, StringComparison.Ordinal);
        await space.KubectlAsync("set", "env", "deployment/app", "A=1");
        await space.KubectlAsync("rollout", "status", "deployment/app", "--timeout=180s");
        Assert.Equal(ServiceErrors.RevisionNotFound, (await FailAsync(9)).Definition);
        Assert.Contains("unable to find specified revision 9", (await space.TryKubectlAsync("rollout", "undo", "deployment/app", "--to-revision=9")).Error, StringComparison.Ordinal);

        var present = await host.PlanUndoAsync(service, 2, Cluster.Patience);
        Assert.True(present.IsAlreadyThere);
        Assert.Empty(present.Changes);
        Assert.Contains("current template already matches revision 2", await space.KubectlAsync("rollout", "undo", "deployment/app", "--to-revision=2"), StringComparison.Ordinal);
        await host.UndoAsync(present, dryRun: false, Ignore, Cluster.Patience);
        Assert.Equal(2, (await Cluster.ServiceAsync(host, "app")).Revision);

        var stale = await host.PlanUndoAsync(service, null, Cluster.Patience);
        await space.KubectlAsync("annotate", "deployment/app", "note=mine");
        var changed = await Assert.ThrowsAsync<OperationException>(() => host.UndoAsync(stale, dryRun: false, Ignore, Cluster.Patience));
        Assert.Equal(ServiceErrors.Changed, changed.Definition);
        Assert.Equal("mine", (await JsonAsync(space, "app")).Text("metadata", "annotations", "note"));

        // A status that moves on is nobody's change.
        var lasting = await host.PlanUndoAsync(service, null, Cluster.Patience);
        await space.KubectlAsync("delete", "pod", "-l", "app=app", "--wait=false");
        await KubernetesNamespace.UntilAsync("another version of the deployment", async () =>
            (await JsonAsync(space, "app")).Text("metadata", "resourceVersion") != stale.ToString() && (await Cluster.ServiceAsync(host, "app")).Ready == 1);
        await host.UndoAsync(lasting, dryRun: false, Ignore, Cluster.Patience);
        Assert.True((await Cluster.WaitAsync(host, "app"))[^1].IsComplete);

        await space.KubectlAsync("rollout", "pause", "deployment/app");
        Assert.Equal(ServiceErrors.Paused, (await FailAsync()).Definition);
        Assert.Contains("paused", (await space.TryKubectlAsync("rollout", "undo", "deployment/app")).Error, StringComparison.Ordinal);
        Assert.Equal(ServiceErrors.Paused, (await Assert.ThrowsAsync<OperationException>(() => host.RestartAsync(service, true, false, Ignore, Cluster.Patience))).Definition);
        Assert.True((await Cluster.ServiceAsync(host, "app")).IsPaused);

        await using var reader = await Cluster.HostAsync(space, "reader");
        await space.KubectlAsync("rollout", "resume", "deployment/app");
        var plan = await reader.PlanUndoAsync(service, null, Cluster.Patience);
        var forbidden = await Assert.ThrowsAsync<OperationException>(() => reader.UndoAsync(plan, dryRun: false, Ignore, Cluster.Patience));
        Assert.Equal(KubernetesErrors.ClusterForbidden, forbidden.Definition);
        Assert.Contains("may not patch deployments.apps 'app'", forbidden.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Restart_scale_and_limits_do_as_kubectl_and_a_dry_run_changes_nothing()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyCivicQAsync();
        await using var host = await Cluster.HostAsync(space);
        foreach (var name in new[] { "civicq-api", "civicq-worker", "redis" })
        {
            Assert.True((await Cluster.WaitAsync(host, name))[^1].IsComplete);
        }

        var services = await host.GetServicesAsync(Cluster.Patience);
        Assert.Equal(["backend", "redis", "worker"], services.Select(service => service.Service));
        Assert.All(services, service => Assert.Equal((ServiceStatus.Ready, (string?)null, service.Desired), (service.Status, service.Reason, service.Ready)));
        Assert.Equal(["Deployment", "StatefulSet", "Deployment"], services.Select(service => service.Kind));
        var (backend, redis) = (services[0], services[1]);

        await host.RestartAsync(backend, rolling: true, dryRun: true, Ignore, Cluster.Patience);
        Assert.Null((await JsonAsync(space, "civicq-api")).Text("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"));
        await host.RestartAsync(backend, rolling: true, dryRun: false, Ignore, Cluster.Patience);
        // The controller makes a revision of what it has seen: without this both restarts might be one.
        await KubernetesNamespace.UntilAsync("revision 2", async () => (await Cluster.ServiceAsync(host, "civicq-api")).Revision == 2);
        await host.RestartAsync(backend, rolling: true, dryRun: false, Ignore, Cluster.Patience);
        await host.RestartAsync(redis, rolling: true, dryRun: false, Ignore, Cluster.Patience);
        var statuses = await Cluster.WaitAsync(host, "civicq-api", revision: 3);
        Assert.Equal((true, 3L, 2, 2, 0), (statuses[^1].IsComplete, statuses[^1].Revision!.Value, statuses[^1].Updated, statuses[^1].Available, statuses[^1].Old));
        Assert.NotNull((await JsonAsync(space, "civicq-api")).Time("spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"));
        Assert.True((await Cluster.WaitAsync(host, "redis"))[^1].IsComplete);
        var other = await Assert.ThrowsAsync<OperationException>(() => Cluster.WaitAsync(host, "civicq-api", revision: 2));
        Assert.Equal(ServiceErrors.Changed, other.Definition);

        var limits = new ServiceLimits { Replicas = 3, MemoryLimitBytes = 96 << 20, CpuLimitCores = 0 };
        ServiceDifference[] expected =
        [
            new("api.resources.limits.memory", "64Mi", "96Mi"), new("api.resources.limits.cpu", "200m", null), new("replicas", "2", "3"),
        ];
        Assert.Equal(expected, await host.SetAsync(backend, limits, dryRun: true, Cluster.Patience));
        Assert.Equal(2, (await Cluster.ServiceAsync(host, "civicq-api")).Desired);
        Assert.Equal(expected, await host.SetAsync(backend, limits, dryRun: false, Cluster.Patience));
        Assert.Empty(await host.SetAsync(backend, limits, dryRun: false, Cluster.Patience));
        Assert.True((await Cluster.WaitAsync(host, "civicq-api"))[^1].IsComplete);
        Assert.Equal("3", await space.KubectlAsync("get", "deployment", "civicq-api", "-o", "jsonpath={.status.readyReplicas}"));
        Assert.Equal("""{"memory":"96Mi"}""", await space.KubectlAsync("get", "deployment", "civicq-api", "-o", "jsonpath={.spec.template.spec.containers[0].resources.limits}"));
        var refused = await Assert.ThrowsAsync<OperationException>(() => host.SetAsync(backend, new ServiceLimits { MemoryLimitBytes = 1 << 20 }, dryRun: true, Cluster.Patience));
        Assert.Equal(KubernetesErrors.RequestInvalid, refused.Definition);

        await host.SetAsync(redis, new ServiceLimits { Replicas = 0 }, dryRun: false, Cluster.Patience);
        await KubernetesNamespace.UntilAsync("redis stopped", async () => (await Cluster.ServiceAsync(host, "redis")).Status == ServiceStatus.Stopped);
        await space.KubectlAsync("delete", "deployment", "civicq-worker");
        var gone = await Assert.ThrowsAsync<OperationException>(() => host.SetAsync(services[2], new ServiceLimits { Replicas = 2 }, dryRun: false, Cluster.Patience));
        Assert.Equal(ServiceErrors.NotFound, gone.Definition);
    }

    [SkippableFact]
    public async Task Rollout_that_cannot_complete_fails_and_says_why()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        var probe = "readinessProbe: {exec: {command: [\"sh\", \"-c\", \"echo not yet; exit 1\"]}, periodSeconds: 1}";
        await space.ApplyAsync(
            Cluster.Deployment("stuck", Sleep, probe, spec: "progressDeadlineSeconds: 8")
            + Cluster.Deployment("nopull", Sleep, image: "127.0.0.1:1/civicq/none:1")
            + Cluster.Deployment("crash", "echo 'cannot open database'; exit 3"));
        await using var host = await Cluster.HostAsync(space);
        async Task<OperationException> FailAsync(string name) => await Assert.ThrowsAsync<OperationException>(() => Cluster.WaitAsync(host, name));
        var (stuck, nopull, crash) = (FailAsync("stuck"), FailAsync("nopull"), FailAsync("crash"));
        Assert.Equal(ServiceErrors.RolloutFailed, (await nopull).Definition);
        Assert.Contains("127.0.0.1:1/civicq/none:1", (await nopull).Message, StringComparison.Ordinal);
        Assert.Equal(ServiceErrors.RolloutFailed, (await crash).Definition);
        Assert.Contains("exit code 3", (await crash).Message, StringComparison.Ordinal);
        Assert.Equal(ServiceErrors.RolloutFailed, (await stuck).Definition);
        Assert.Contains("deadline", (await stuck).Message, StringComparison.Ordinal);
        Assert.Contains("exceeded its progress deadline", (await space.TryKubectlAsync("rollout", "status", "deployment/stuck")).Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Deployment_deleted_or_paused_while_awaited_ends_the_wait_and_a_cut_watch_does_not()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var proxy = new CuttingProxy(space.Lab.Port);
        var file = folder.File("config");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(space.Lab.Kubeconfig)).Replace($":{space.Lab.Port}\"", $":{proxy.Port}\"", StringComparison.Ordinal));
        var gate = "readinessProbe: {exec: {command: [\"test\", \"-e\", \"/tmp/ready\"]}, periodSeconds: 1}";
        await space.ApplyAsync(Cluster.Deployment("deleted", Sleep, gate) + Cluster.Deployment("paused", Sleep, gate) + Cluster.Deployment("cut", Sleep, gate));
        await using var host = await Cluster.HostAsync(space, "lab", file);
        async Task<(Task<List<RolloutStatus>> Wait, Task First)> BeginAsync(string name)
        {
            var first = new TaskCompletionSource();
            var service = await Cluster.ServiceAsync(host, name);
            async Task<List<RolloutStatus>> RunAsync()
            {
                var result = new List<RolloutStatus>();
                await foreach (var status in host.WatchRolloutAsync(service, null, Cluster.Patience))
                {
                    result.Add(status);
                    first.TrySetResult();
                }

                return result;
            }

            return (RunAsync(), first.Task);
        }

        var (deleted, paused, cut) = (await BeginAsync("deleted"), await BeginAsync("paused"), await BeginAsync("cut"));
        await Task.WhenAll(deleted.First, paused.First, cut.First);
        await space.KubectlAsync("delete", "deployment", "deleted");
        Assert.Equal(KubernetesErrors.RolloutDeleted, (await Assert.ThrowsAsync<OperationException>(() => deleted.Wait)).Definition);
        await space.KubectlAsync("rollout", "pause", "deployment/paused");
        Assert.Equal(ServiceErrors.Paused, (await Assert.ThrowsAsync<OperationException>(() => paused.Wait)).Definition);

        await KubernetesNamespace.UntilAsync("the pod runs", async () =>
            await space.KubectlAsync("get", "pods", "-l", "app=cut", "-o", "jsonpath={.items[*].status.phase}") == "Running");
        Assert.True(proxy.Cut(shut: true) > 0);
        await space.KubectlAsync("exec", "deployment/cut", "--", "touch", "/tmp/ready");
        proxy.Open();
        var statuses = await cut.Wait;
        Assert.True(statuses[^1].IsComplete);
        Assert.Equal(statuses, statuses.Distinct());
        Assert.False(statuses[0].IsComplete);

        var missing = await Cluster.ServiceAsync(host, "cut") with { PlatformName = "none" };
        await Assert.ThrowsAsync<OperationException>(async () => await host.WatchRolloutAsync(missing, null, Cluster.Patience).GetAsyncEnumerator().MoveNextAsync());
    }
}
