namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>A kind of object, and where the API has it.</summary>
/// <param name="Kind">The kind, for people.</param>
/// <param name="Root">The group and version, as a path: <c>api/v1</c>, <c>apis/apps/v1</c>.</param>
/// <param name="Plural">The last part of the path.</param>
/// <param name="IsNamespaced">Whether it lives in a namespace.</param>
internal sealed record KubernetesResource(string Kind, string Root, string Plural, bool IsNamespaced = true)
{
    /// <summary>Deployments.</summary>
    public static readonly KubernetesResource Deployments = new("Deployment", "apis/apps/v1", "deployments");

    /// <summary>Stateful sets.</summary>
    public static readonly KubernetesResource StatefulSets = new("StatefulSet", "apis/apps/v1", "statefulsets");

    /// <summary>Daemon sets.</summary>
    public static readonly KubernetesResource DaemonSets = new("DaemonSet", "apis/apps/v1", "daemonsets");

    /// <summary>Replica sets.</summary>
    public static readonly KubernetesResource ReplicaSets = new("ReplicaSet", "apis/apps/v1", "replicasets");

    /// <summary>The revisions of stateful sets and daemon sets.</summary>
    public static readonly KubernetesResource ControllerRevisions = new("ControllerRevision", "apis/apps/v1", "controllerrevisions");

    /// <summary>Pods.</summary>
    public static readonly KubernetesResource Pods = new("Pod", "api/v1", "pods");

    /// <summary>Events; those of events.k8s.io appear here too.</summary>
    public static readonly KubernetesResource Events = new("Event", "api/v1", "events");

    /// <summary>Config maps.</summary>
    public static readonly KubernetesResource ConfigMaps = new("ConfigMap", "api/v1", "configmaps");

    /// <summary>Network policies.</summary>
    public static readonly KubernetesResource NetworkPolicies = new("NetworkPolicy", "apis/networking.k8s.io/v1", "networkpolicies");

    /// <summary>Where its objects are.</summary>
    /// <param name="inNamespace">The namespace.</param>
    /// <param name="name">One object; all without it.</param>
    /// <param name="part">A part of the object, such as <c>scale</c>.</param>
    /// <returns>The path without a slash before it.</returns>
    public string Path(string inNamespace, string? name = null, string? part = null)
    {
        var path = IsNamespaced ? $"{Root}/namespaces/{Uri.EscapeDataString(inNamespace)}/{Plural}" : $"{Root}/{Plural}";
        path = name is null ? path : $"{path}/{Uri.EscapeDataString(name)}";
        return part is null ? path : $"{path}/{part}";
    }
}
