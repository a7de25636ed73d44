using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Reads what pods use: from the metrics API where the cluster has one, else from the kubelets themselves.</summary>
/// <param name="client">The cluster.</param>
/// <param name="environment">The environment's name.</param>
internal sealed class UsageReader(IKubernetesClient client, string environment)
{
    private volatile bool hasNoMetrics;

    /// <summary>Reads.</summary>
    /// <param name="pods">The running pods with their services' names.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One for each pod that was measured.</returns>
    public async Task<IReadOnlyList<ServiceUsage>> ReadAsync(IReadOnlyList<(string Service, Pod Pod)> pods, CancellationToken cancellationToken)
    {
        if (pods.Count == 0)
        {
            return [];
        }

        var measured = await MetricsAsync(cancellationToken).ConfigureAwait(false) ?? await KubeletsAsync(pods, cancellationToken).ConfigureAwait(false);
        return
        [
            .. pods.Select(pair => (pair, Found: measured.GetValueOrDefault(pair.Pod.Name))).Where(found => found.Found is not null)
                .Select(found => Combine(found.pair.Service, found.pair.Pod, found.Found!)),
        ];
    }

    private static long? Sum(IEnumerable<long?> amounts)
    {
        var known = amounts.OfType<long>().ToList();
        return known.Count == 0 ? null : known.Sum();
    }

    private ServiceUsage Combine(string service, Pod pod, ServiceUsage measured)
    {
        var containers = pod.Containers;
        return measured with
        {
            Environment = environment,
            Service = service,
            // A pod has a limit where each of its containers has one.
            CpuLimitCores = containers.All(container => container.CpuLimit is not null) ? containers.Sum(container => container.CpuLimit) : null,
            MemoryLimitBytes = containers.All(container => container.MemoryLimitBytes is not null) ? containers.Sum(container => container.MemoryLimitBytes) : null,
            IsOomKilled = ServiceDescriber.IsOomKilled(pod),
        };
    }

    // Null: this cluster has no metrics API.
    private async Task<Dictionary<string, ServiceUsage>?> MetricsAsync(CancellationToken cancellationToken)
    {
        if (hasNoMetrics)
        {
            return null;
        }

        try
        {
            var list = await client.GetAsync($"apis/metrics.k8s.io/v1beta1/namespaces/{Uri.EscapeDataString(client.Namespace)}/pods", cancellationToken).ConfigureAwait(false);
            return list.Objects("items").Select(OfMetrics).ToDictionary(usage => usage.Instance, StringComparer.Ordinal);
        }
        catch (OperationException error) when (error.Definition == KubernetesErrors.ObjectNotFound || error.Definition == KubernetesErrors.ClusterFailed
            || error.Definition == KubernetesErrors.ClusterForbidden)
        {
            hasNoMetrics = error.Definition == KubernetesErrors.ObjectNotFound;
            return null;
        }
    }

    private static ServiceUsage OfMetrics(JsonObject item) => new()
    {
        Environment = "",
        Service = "",
        Instance = item.Text("metadata", "name") ?? "",
        CpuCores = item.Objects("containers").Sum(container => Quantity.Value(container.At("usage", "cpu")) ?? 0),
        MemoryBytes = Sum(item.Objects("containers").Select(container => Quantity.Bytes(container.Text("usage", "memory")))),
        At = item.Time("timestamp") ?? DateTimeOffset.UtcNow,
    };

    private async Task<Dictionary<string, ServiceUsage>> KubeletsAsync(IReadOnlyList<(string Service, Pod Pod)> pods, CancellationToken cancellationToken)
    {
        var nodes = pods.Select(pair => pair.Pod.NodeName).OfType<string>().Distinct(StringComparer.Ordinal);
        var summaries = await Task.WhenAll(nodes.Select(node =>
            client.GetAsync($"api/v1/nodes/{Uri.EscapeDataString(node)}/proxy/stats/summary", cancellationToken))).ConfigureAwait(false);
        var result = new Dictionary<string, ServiceUsage>(StringComparer.Ordinal);
        foreach (var item in summaries.SelectMany(summary => summary.Objects("pods")).Where(item => item.Text("podRef", "namespace") == client.Namespace))
        {
            result[item.Text("podRef", "name") ?? ""] = OfKubelet(item);
        }

        return result;
    }

    private static ServiceUsage OfKubelet(JsonObject item)
    {
        var containers = item.Objects("containers").ToList();
        var nanoseconds = Sum(containers.Select(container => container.Number("cpu", "usageNanoCores")));
        return new ServiceUsage
        {
            Environment = "",
            Service = "",
            Instance = item.Text("podRef", "name") ?? "",
            CpuCores = nanoseconds is { } used ? used / 1e9 : null,
            MemoryBytes = Sum(containers.Select(container => container.Number("memory", "workingSetBytes"))),
            ReceivedBytes = item.Number("network", "rxBytes"),
            SentBytes = item.Number("network", "txBytes"),
            Processes = item.Number("process_stats", "process_count"),
            At = containers.Select(container => container.Time("memory", "time") ?? container.Time("cpu", "time")).Max() ?? DateTimeOffset.UtcNow,
        };
    }
}
