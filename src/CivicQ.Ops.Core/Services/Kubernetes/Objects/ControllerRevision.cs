using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>One revision of a stateful set or daemon set: the patch that leads back to it.</summary>
/// <param name="json">The object.</param>
internal sealed class ControllerRevision(JsonObject json) : KubernetesObject(json)
{
    private const string Directive = "$patch";
    private const string HashLabel = "controller-revision-hash";

    /// <summary>The revision.</summary>
    public long Revision => Json.Number("revision") ?? 0;

    /// <summary>The strategic patch of the workload; the template within it replaces the one that is there.</summary>
    public JsonObject? Data => Json.At("data") as JsonObject;

    /// <summary>The template of its pods.</summary>
    /// <returns>A copy.</returns>
    public JsonObject Template()
    {
        var copy = Json.At("data", "spec", "template")?.DeepClone() as JsonObject ?? [];
        copy.Remove(Directive);
        return copy;
    }

    /// <summary>Whether a pod is of this revision: a stateful set's pods name it, a daemon set's have its hash.</summary>
    public bool Has(Pod pod) => pod.Labels.GetValueOrDefault(HashLabel) is { Length: > 0 } hash && (hash == Name || hash == Labels.GetValueOrDefault(HashLabel));
}
