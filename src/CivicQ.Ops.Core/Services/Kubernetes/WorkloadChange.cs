using System.Globalization;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes;

/// <summary>Restarts, scales and limits workloads.</summary>
/// <param name="client">The cluster.</param>
internal sealed class WorkloadChange(IKubernetesClient client)
{
    /// <summary>The annotation whose change makes a new template, as kubectl sets it.</summary>
    public const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    /// <summary>Starts a rollout of the same template.</summary>
    /// <param name="service">The service.</param>
    /// <param name="dryRun">True to have the server check it only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The running work.</returns>
    public async Task RestartAsync(ServiceInfo service, bool dryRun, CancellationToken cancellationToken)
    {
        var workload = await ReadAsync(service, cancellationToken).ConfigureAwait(false);
        if (workload.Paused)
        {
            throw new OperationException(ServiceErrors.Paused, $"{service.PlatformName} is paused: a paused deployment does not restart.", service.Service);
        }

        // Whole seconds, as kubectl has it: a second restart within one second would be none.
        var now = DateTimeOffset.UtcNow;
        if (workload.Template.Time("metadata", "annotations", RestartedAt) is { } last && last.ToUnixTimeSeconds() >= now.ToUnixTimeSeconds())
        {
            now = last.AddSeconds(1);
        }

        var stamp = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var patch = Nest(new JsonObject { [RestartedAt] = stamp }, "annotations", "metadata", "template", "spec");
        await client.PatchAsync(ServiceSnapshot.Resource(service.Kind), service.PlatformName, part: null, PatchKind.Strategic, patch, dryRun, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Sets how many instances there are, and the limits of the main container of each.</summary>
    /// <param name="service">The service.</param>
    /// <param name="limits">What is to be set.</param>
    /// <param name="dryRun">True to have the server check it only.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What is, or would be, different.</returns>
    public async Task<IReadOnlyList<ServiceDifference>> SetAsync(ServiceInfo service, ServiceLimits limits, bool dryRun, CancellationToken cancellationToken)
    {
        if (limits.Replicas is not null && service.Kind == Workload.DaemonSetKind)
        {
            throw new OperationException(ServiceErrors.NotSupported, $"{service.PlatformName} is a daemon set: it has one instance on every node, and no number of its own.", service.Service);
        }

        var workload = await ReadAsync(service, cancellationToken).ConfigureAwait(false);
        var resource = ServiceSnapshot.Resource(service.Kind);
        var differences = new List<ServiceDifference>();
        var wanted = new JsonObject();
        var main = workload.Containers.First();
        if (limits.MemoryLimitBytes is { } bytes)
        {
            Limit(main, "memory", bytes == 0 ? null : Quantity.OfBytes(bytes), wanted, differences);
        }

        if (limits.CpuLimitCores is { } cores)
        {
            Limit(main, "cpu", cores == 0 ? null : Quantity.OfCpu(cores), wanted, differences);
        }

        if (wanted.Count > 0)
        {
            var container = new JsonObject { ["name"] = main.Text("name"), ["resources"] = new JsonObject { ["limits"] = wanted } };
            var patch = Nest(new JsonArray(container), "containers", "spec", "template", "spec");
            await client.PatchAsync(resource, service.PlatformName, part: null, PatchKind.Strategic, patch, dryRun, cancellationToken).ConfigureAwait(false);
        }

        if (limits.Replicas is { } replicas && replicas != workload.DesiredReplicas)
        {
            differences.Add(new ServiceDifference("replicas", Text(workload.DesiredReplicas), Text(replicas)));
            var patch = Nest(JsonValue.Create(replicas), "replicas", "spec");
            await client.PatchAsync(resource, service.PlatformName, "scale", PatchKind.Merge, patch, dryRun, cancellationToken).ConfigureAwait(false);
        }

        return differences;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Limit(JsonObject container, string resource, string? after, JsonObject wanted, List<ServiceDifference> differences)
    {
        var node = container.At("resources", "limits", resource);
        var before = node?.ToString();
        // 1Gi and 1024Mi are the same limit.
        if (before is null ? after is null : after is not null && Quantity.Value(node) == Quantity.Value(after))
        {
            return;
        }

        wanted[resource] = after;
        differences.Add(new ServiceDifference($"{container.Text("name")}.resources.limits.{resource}", before, after));
    }

    private static JsonObject Nest(JsonNode value, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            value = new JsonObject { [name] = value };
        }

        return (JsonObject)value;
    }

    private async Task<Workload> ReadAsync(ServiceInfo service, CancellationToken cancellationToken) =>
        new(await client.ReadAsync(ServiceSnapshot.Resource(service.Kind), service.PlatformName, cancellationToken).ConfigureAwait(false), service.Kind);
}
