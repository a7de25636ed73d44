using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>A pod: one instance of a service.</summary>
/// <param name="json">The object.</param>
internal sealed class Pod(JsonObject json) : KubernetesObject(json)
{
    /// <summary>Pending, Running, Succeeded, Failed or Unknown.</summary>
    public string Phase => Json.Text("status", "phase") ?? "";

    /// <summary>Why the whole pod failed, for example Evicted.</summary>
    public string? Reason => Json.Text("status", "reason");

    /// <summary>What the cluster says about that.</summary>
    public string? Message => Json.Text("status", "message");

    /// <summary>The node; <see langword="null"/> before it is scheduled.</summary>
    public string? NodeName => Json.Text("spec", "nodeName");

    /// <summary>Its address in the cluster.</summary>
    public string? Address => Json.Text("status", "podIP");

    /// <summary>When the kubelet took it.</summary>
    public DateTimeOffset? StartedAt => Json.Time("status", "startTime");

    /// <summary>True when it may get requests.</summary>
    public bool Ready => Condition("Ready").Text("status") == "True";

    /// <summary>Its containers, in the order of the specification.</summary>
    public IReadOnlyList<PodContainer> Containers => Read("containers", "containerStatuses");

    /// <summary>The containers that run before.</summary>
    public IReadOnlyList<PodContainer> InitContainers => Read("initContainers", "initContainerStatuses");

    /// <summary>How often its containers were started again, all together.</summary>
    public int RestartCount => Containers.Sum(container => container.RestartCount);

    private PodContainer[] Read(string specification, string status)
    {
        var states = Json.Objects("status", status).ToDictionary(item => item.Text("name") ?? "", StringComparer.Ordinal);
        return [.. Json.Objects("spec", specification).Select(item => new PodContainer(item, states.GetValueOrDefault(item.Text("name") ?? "")))];
    }
}
