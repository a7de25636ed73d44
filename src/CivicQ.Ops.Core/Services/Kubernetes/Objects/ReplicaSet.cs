using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>A replica set: one revision of a deployment.</summary>
/// <param name="json">The object.</param>
internal sealed class ReplicaSet(JsonObject json) : KubernetesObject(json)
{
    /// <summary>The label that the controller puts on each revision's pods.</summary>
    public const string HashLabel = "pod-template-hash";

    /// <summary>The revision; 0 for none.</summary>
    public long Revision => Deployment.RevisionOf(this);

    /// <summary>How many instances are wanted.</summary>
    public int DesiredReplicas => (int)(Json.Number("spec", "replicas") ?? 1);

    /// <summary>How many instances there are.</summary>
    public int Replicas => (int)(Json.Number("status", "replicas") ?? 0);

    /// <summary>How many instances are ready.</summary>
    public int ReadyReplicas => (int)(Json.Number("status", "readyReplicas") ?? 0);

    /// <summary>The template of its pods, with the controller's own label.</summary>
    public JsonObject? Template => Json.At("spec", "template") as JsonObject;

    /// <summary>Its template as the deployment had it: without the controller's own label.</summary>
    /// <returns>A copy.</returns>
    public JsonObject PlainTemplate() => WithoutHash(Template);

    /// <summary>A template without the controller's own label.</summary>
    /// <param name="template">The template.</param>
    /// <returns>A copy; an empty set of labels goes with its last label.</returns>
    public static JsonObject WithoutHash(JsonObject? template)
    {
        var copy = template?.DeepClone() as JsonObject ?? [];
        if (copy.At("metadata", "labels") is JsonObject labels && labels.Remove(HashLabel) && labels.Count == 0)
        {
            ((JsonObject)copy["metadata"]!).Remove("labels");
        }

        return copy;
    }
}
