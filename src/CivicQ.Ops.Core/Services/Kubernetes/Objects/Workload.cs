using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>What keeps a service's pods: a deployment, stateful set or daemon set.</summary>
/// <param name="json">The object.</param>
/// <param name="kind">Its kind.</param>
internal class Workload(JsonObject json, string kind) : KubernetesObject(json)
{
    /// <summary>The kind of a deployment.</summary>
    public const string DeploymentKind = "Deployment";

    /// <summary>The kind of a stateful set.</summary>
    public const string StatefulSetKind = "StatefulSet";

    /// <summary>The kind of a daemon set.</summary>
    public const string DaemonSetKind = "DaemonSet";

    /// <summary>Deployment, StatefulSet or DaemonSet.</summary>
    public string Kind { get; } = kind;

    /// <summary>How many instances are wanted.</summary>
    public int DesiredReplicas => (int)(IsDaemonSet ? Status("desiredNumberScheduled") : Json.Number("spec", "replicas") ?? 1);

    /// <summary>How many there are, old ones included.</summary>
    public int Replicas => (int)Status(IsDaemonSet ? "currentNumberScheduled" : "replicas");

    /// <summary>How many have the newest template.</summary>
    public int UpdatedReplicas => (int)Status(IsDaemonSet ? "updatedNumberScheduled" : "updatedReplicas");

    /// <summary>How many are ready.</summary>
    public int ReadyReplicas => (int)Status(IsDaemonSet ? "numberReady" : "readyReplicas");

    /// <summary>How many have been ready for long enough; stateful sets may not say.</summary>
    public int AvailableReplicas => (int)(IsDaemonSet ? Status("numberAvailable") : Json.Number("status", "availableReplicas") ?? (Kind == StatefulSetKind ? ReadyReplicas : 0));

    /// <summary>The generation that the controller has seen.</summary>
    public long ObservedGeneration => Status("observedGeneration");

    /// <summary>True when its rollouts are held.</summary>
    public bool Paused => Json.Flag("spec", "paused");

    /// <summary>The template of its pods.</summary>
    public JsonObject? Template => Json.At("spec", "template") as JsonObject;

    /// <summary>The selector of its pods, as a query takes it.</summary>
    public string Selector => LabelSelector.Text(Json.At("spec", "selector"));

    /// <summary>The containers of the template.</summary>
    public IEnumerable<JsonObject> Containers => Json.Objects("spec", "template", "spec", "containers");

    private bool IsDaemonSet => Kind == DaemonSetKind;

    private long Status(string field) => Json.Number("status", field) ?? 0;
}
