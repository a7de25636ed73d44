using System.Text.Json.Nodes;

namespace CivicQ.Benchmarks;

/// <summary>
/// Going back a rollout in an open session against <c>kubectl rollout undo</c>, and usage against <c>docker stats --no-stream</c>, on the lab's servers:
/// those of <c>CIVICQ_LAB_DOCKER_HOST</c> and <c>CIVICQ_LAB_KUBECONFIG</c>, else the benchmark's own (tests/Lab).
/// </summary>
internal static class ServiceBenchmark
{
    private const string Twins = "tests/Conformance/SideBySide";

    public static async Task<IEnumerable<Report>> UndoAsync(Workbench bench)
    {
        await using var lab = await ContainerLab.StartAsync(bench, kubernetes: true).ConfigureAwait(false);
        var space = $"bench{Environment.ProcessId}";
        Task<string> Kubectl(params string[] arguments) => Shell.RunAsync("kubectl", ["--kubeconfig", lab.Kubeconfig, "--namespace", space, .. arguments]);
        await Kubectl("create", "namespace", space).ConfigureAwait(false);
        try
        {
            await Kubectl("apply", "-f", Path.Combine(bench.Root, Twins, "kubernetes.yaml")).ConfigureAwait(false);
            foreach (var name in new[] { "left", "right" })
            {
                await Kubectl("rollout", "status", $"deployment/{name}").ConfigureAwait(false);
                await Kubectl("set", "env", $"deployment/{name}", "RELEASE=2").ConfigureAwait(false);
                await Kubectl("rollout", "status", $"deployment/{name}").ConfigureAwait(false);
                // The order alone is measured: without pods the servers are quiet.
                await Kubectl("scale", $"deployment/{name}", "--replicas=0").ConfigureAwait(false);
            }

            bench.WriteServices(new JsonObject { ["kubernetes"] = new JsonObject { ["files"] = new JsonArray(lab.Kubeconfig), ["namespace"] = space } });
            using var session = new PwshSession(bench.SessionSetUp);
            // To undo again is to go forward: the controller must have numbered the last one before the next.
            async Task SettledAsync(string name) => await Kubectl("rollout", "status", $"deployment/{name}").ConfigureAwait(false);
            var comparison = await Comparison.RunAsync(
                15,
                async () =>
                {
                    await SettledAsync("left").ConfigureAwait(false);
                    return await session.MeasureAsync("Undo-CivicQRollout left -NoWait -Confirm:$false -Environment bench").ConfigureAwait(false);
                },
                async () =>
                {
                    await SettledAsync("right").ConfigureAwait(false);
                    return await Comparison.TimeAsync(() => Kubectl("rollout", "undo", "deployment/right")).ConfigureAwait(false);
                },
                warmUps: 10).ConfigureAwait(false);
            return
            [
                new Report(
                    "`Undo-CivicQRollout -NoWait` in an open session, against `kubectl rollout undo`",
                    Comparison.Ms(comparison.MedianA), Comparison.Ms(comparison.MedianB), FormattableString.Invariant($"{1 / comparison.Ratio:0.00} of its time"), "at most a fifth"),
            ];
        }
        finally
        {
            await Shell.RunAsync("kubectl", ["--kubeconfig", lab.Kubeconfig, "delete", "namespace", space, "--wait=false"]).ConfigureAwait(false);
        }
    }

    public static async Task<IEnumerable<Report>> UsageAsync(Workbench bench)
    {
        await using var lab = await ContainerLab.StartAsync(bench, kubernetes: false).ConfigureAwait(false);
        var project = $"cqbench{Environment.ProcessId}";
        var file = Path.Combine(bench.Root, Twins, "compose.yml");
        Task<string> Docker(params string[] arguments) => Shell.RunAsync("docker", arguments, lab.Variables);
        Task<string> Compose(params string[] arguments) => Docker(["compose", "-p", project, "-f", file, .. arguments]);
        await Compose("up", "-d", "--wait", "--scale", "left=5", "--scale", "right=5").ConfigureAwait(false);
        try
        {
            var names = (await Compose("ps", "--format", "{{.Name}}").ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            bench.WriteServices(new JsonObject { ["compose"] = new JsonObject { ["project"] = project, ["host"] = lab.Host } });
            using var session = new PwshSession(bench.SessionSetUp);
            var comparison = await Comparison.RunAsync(
                7,
                () => session.MeasureAsync("Get-CivicQServiceUsage -Environment bench"),
                () => Comparison.TimeAsync(() => Docker(["stats", "--no-stream", .. names])), warmUps: 2).ConfigureAwait(false);
            return
            [
                new Report(
                    $"`Get-CivicQServiceUsage` of {names.Length} containers in an open session, against `docker stats --no-stream`",
                    Comparison.Ms(comparison.MedianA), Comparison.Ms(comparison.MedianB), FormattableString.Invariant($"{1 / comparison.Ratio:0.00} of its time"), ""),
            ];
        }
        finally
        {
            await Compose("down", "-t", "0").ConfigureAwait(false);
        }
    }
}
