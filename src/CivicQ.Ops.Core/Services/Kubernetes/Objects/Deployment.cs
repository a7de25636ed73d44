using System.Globalization;
using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>A deployment.</summary>
/// <param name="json">The object.</param>
internal sealed class Deployment(JsonObject json) : KubernetesObject(json)
{
    /// <summary>The annotation that holds the revision, of deployments and of replica sets.</summary>
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    /// <summary>The reason of the condition Progressing when the deadline is over.</summary>
    public const string DeadlineReason = "ProgressDeadlineExceeded";

    /// <summary>How many instances are wanted.</summary>
    public int DesiredReplicas => (int)(Json.Number("spec", "replicas") ?? 1);

    /// <summary>How many there are, old ones included.</summary>
    public int Replicas => (int)(Json.Number("status", "replicas") ?? 0);

    /// <summary>How many have the newest template.</summary>
    public int UpdatedReplicas => (int)(Json.Number("status", "updatedReplicas") ?? 0);

    /// <summary>How many are ready.</summary>
    public int ReadyReplicas => (int)(Json.Number("status", "readyReplicas") ?? 0);

    /// <summary>How many have been ready for long enough.</summary>
    public int AvailableReplicas => (int)(Json.Number("status", "availableReplicas") ?? 0);

    /// <summary>The generation that the controller has seen.</summary>
    public long ObservedGeneration => Json.Number("status", "observedGeneration") ?? 0;

    /// <summary>True when its rollouts are held.</summary>
    public bool Paused => Json.Flag("spec", "paused");

    /// <summary>The revision that it is at; 0 before the controller has seen it.</summary>
    public long Revision => RevisionOf(this);

    /// <summary>The template of its pods.</summary>
    public JsonObject? Template => Json.At("spec", "template") as JsonObject;

    /// <summary>The selector of its pods, as a query takes it.</summary>
    public string Selector => LabelSelector.Text(Json.At("spec", "selector"));

    /// <summary>The time a rollout may stand still.</summary>
    public TimeSpan ProgressDeadline => TimeSpan.FromSeconds(Json.Number("spec", "progressDeadlineSeconds") ?? 600);

    /// <summary>The containers of the template.</summary>
    public IEnumerable<JsonObject> Containers => Json.Objects("spec", "template", "spec", "containers");

    /// <summary>The revision that an object's annotation tells; 0 for none.</summary>
    public static long RevisionOf(KubernetesObject item) =>
        long.TryParse(item.Json.Text("metadata", "annotations", RevisionAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : 0;
}
