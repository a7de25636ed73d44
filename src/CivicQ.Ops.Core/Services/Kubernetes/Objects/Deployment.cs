using System.Globalization;
using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Objects;

/// <summary>A deployment.</summary>
/// <param name="json">The object.</param>
internal sealed class Deployment(JsonObject json) : Workload(json, DeploymentKind)
{
    /// <summary>The annotation that holds the revision, of deployments and of replica sets.</summary>
    public const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    /// <summary>The reason of the condition Progressing when the deadline is over.</summary>
    public const string DeadlineReason = "ProgressDeadlineExceeded";

    /// <summary>The revision that it is at; 0 before the controller has seen it.</summary>
    public long Revision => RevisionOf(this);

    /// <summary>The revision that an object's annotation tells; 0 for none.</summary>
    public static long RevisionOf(KubernetesObject item) =>
        long.TryParse(item.Json.Text("metadata", "annotations", RevisionAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : 0;
}
