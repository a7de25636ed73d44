using System.Globalization;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

/// <summary>Histories of stateful sets and daemon sets, and the way back in them, beside kubectl's.</summary>
public sealed class ControllerHistoryTests
{
    private static string Manifest(string kind, string name) => $$$"""
        apiVersion: apps/v1
        kind: {{{kind}}}
        metadata: {name: {{{name}}}, annotations: {team: a}}
        spec:
          {{{(kind == Workload.StatefulSetKind ? $"serviceName: {name}" : "minReadySeconds: 0")}}}
          selector: {matchLabels: {app: {{{name}}}}}
          template:
            metadata: {labels: {app: {{{name}}}}}
            spec:
              terminationGracePeriodSeconds: 1
              containers:
              - name: main
                image: lab/busybox:latest
                imagePullPolicy: IfNotPresent
                command: ["/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 60 & wait $!; done"]
                env: [{name: KEEP, value: "1"}]
        ---

        """;

    [SkippableTheory]
    [InlineData(Workload.StatefulSetKind)]
    [InlineData(Workload.DaemonSetKind)]
    public async Task History_and_undo_agree_with_kubectl(string kind)
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyAsync(Manifest(kind, "ours") + Manifest(kind, "theirs"));
        async Task<JsonNode> JsonAsync(string name) => JsonNode.Parse(await space.KubectlAsync("get", kind, name, "-o", "json"))!;
        async Task SettleAsync()
        {
            await space.KubectlAsync("rollout", "status", $"{kind}/ours", "--timeout=180s");
            await space.KubectlAsync("rollout", "status", $"{kind}/theirs", "--timeout=180s");
        }

        await SettleAsync();
        await using var host = await Cluster.HostAsync(space);
        var service = await Cluster.ServiceAsync(host, "ours");
        Assert.Equal(ServiceErrors.NoHistory, (await Assert.ThrowsAsync<OperationException>(() => host.PlanUndoAsync(service, null, Cluster.Patience))).Definition);
        Assert.Contains("no last revision", (await space.TryKubectlAsync("rollout", "undo", $"{kind}/theirs")).Error, StringComparison.Ordinal);
        foreach (var name in new[] { "ours", "theirs" })
        {
            await space.KubectlAsync("set", "env", $"{kind}/{name}", "RELEASE=2", "KEEP=hidden-value");
        }

        await SettleAsync();
        foreach (var name in new[] { "ours", "theirs" })
        {
            await space.KubectlAsync("set", "resources", $"{kind}/{name}", "--limits=memory=64Mi");
        }

        await SettleAsync();
        async Task AgreeAsync()
        {
            var rows = (await space.KubectlAsync("rollout", "history", $"{kind}/theirs")).Split('\n').Skip(2)
                .Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(row => row.Length > 0).Select(row => long.Parse(row[0], CultureInfo.InvariantCulture));
            var history = await host.GetHistoryAsync(service, Cluster.Patience);
            Assert.Equal(rows.OrderDescending(), history.Select(item => item.Revision));
            Assert.Equal([1, .. history.Skip(1).Select(_ => 0)], history.Select(item => item.Instances));
            Assert.True(history[0].IsCurrent);
        }

        await AgreeAsync();
        var known = await host.GetHistoryAsync(service, Cluster.Patience);
        Assert.Equal(3, known.Count);
        Assert.Equal(["lab/busybox:latest"], known[0].Images);
        Assert.Equal(new ServiceDifference("main.resources.limits.memory", null, "64Mi"), Assert.Single(known[0].Changes));
        Assert.Equal([new ServiceDifference("main.env.KEEP", "set", "set to something else"), new ServiceDifference("main.env.RELEASE", null, "set")], known[1].Changes);

        foreach (var to in new long?[] { null, 1, null })
        {
            var plan = await host.PlanUndoAsync(service, to, Cluster.Patience);
            Assert.False(plan.IsAlreadyThere);
            Assert.NotEmpty(plan.Changes);
            Assert.DoesNotContain("hidden-value", string.Join(' ', plan.Changes), StringComparison.Ordinal);
            await host.UndoAsync(plan, dryRun: true, _ => { }, Cluster.Patience);
            Assert.Equal(plan.FromRevision, (await host.GetHistoryAsync(service, Cluster.Patience))[0].Revision);
            await host.UndoAsync(plan, dryRun: false, _ => { }, Cluster.Patience);
            await space.KubectlAsync(["rollout", "undo", $"{kind}/theirs", .. to is null ? Array.Empty<string>() : [$"--to-revision={to}"]]);
            Assert.True((await Cluster.WaitAsync(host, "ours"))[^1].IsComplete);
            await SettleAsync();
            static string Plain(JsonNode? node) => node!.ToJsonString().Replace("theirs", "ours", StringComparison.Ordinal);
            var (ours, theirs) = (await JsonAsync("ours"), await JsonAsync("theirs"));
            Assert.Equal(Plain(theirs.At("spec", "template")), Plain(ours.At("spec", "template")));
            Assert.Equal("a", ours.Text("metadata", "annotations", "team"));
            await AgreeAsync();
        }

        var present = (await host.GetHistoryAsync(service, Cluster.Patience))[0].Revision;
        Assert.True((await host.PlanUndoAsync(service, present, Cluster.Patience)).IsAlreadyThere);
        Assert.Contains("already matches", await space.KubectlAsync("rollout", "undo", $"{kind}/theirs", $"--to-revision={present}"), StringComparison.Ordinal);
        Assert.Equal(ServiceErrors.RevisionNotFound, (await Assert.ThrowsAsync<OperationException>(() => host.PlanUndoAsync(service, 99, Cluster.Patience))).Definition);

        // Somebody else was quicker; a status that moves on is nobody's change.
        var stale = await host.PlanUndoAsync(service, null, Cluster.Patience);
        await space.KubectlAsync("annotate", kind, "ours", "note=mine");
        Assert.Equal(ServiceErrors.Changed, (await Assert.ThrowsAsync<OperationException>(() => host.UndoAsync(stale, dryRun: false, _ => { }, Cluster.Patience))).Definition);
        var lasting = await host.PlanUndoAsync(service, null, Cluster.Patience);
        var version = (await JsonAsync("ours")).Text("metadata", "resourceVersion");
        await space.KubectlAsync("delete", "pod", "-l", "app=ours", "--wait=false");
        await KubernetesNamespace.UntilAsync("another version of the object", async () => (await JsonAsync("ours")).Text("metadata", "resourceVersion") != version);
        await host.UndoAsync(lasting, dryRun: false, _ => { }, Cluster.Patience);
        Assert.True((await Cluster.WaitAsync(host, "ours"))[^1].IsComplete);
    }

    [SkippableFact]
    public async Task A_daemon_set_that_waits_for_deletions_is_not_waited_for()
    {
        await using var space = await KubernetesNamespace.CreateAsync();
        await space.ApplyAsync(Manifest(Workload.DaemonSetKind, "ours").Replace("minReadySeconds: 0", "updateStrategy: {type: OnDelete}", StringComparison.Ordinal));
        await using var host = await Cluster.HostAsync(space);
        await KubernetesNamespace.UntilAsync("its pod", async () => (await Cluster.ServiceAsync(host, "ours")).Ready == 1);
        await space.KubectlAsync("set", "env", "daemonset/ours", "RELEASE=2");
        var status = (await Cluster.WaitAsync(host, "ours"))[^1];
        Assert.Equal((true, 0), (status.IsComplete, status.Updated));
        Assert.Contains("OnDelete", status.Message, StringComparison.Ordinal);
    }
}
