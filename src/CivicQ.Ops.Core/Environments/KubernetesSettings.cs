namespace CivicQ.Ops.Core.Environments;

/// <summary>A namespace of a Kubernetes cluster.</summary>
public sealed record KubernetesSettings
{
    /// <summary>kubeconfig files, full paths, merged as kubectl does; empty for <c>KUBECONFIG</c>, else <c>~/.kube/config</c>, else the service account of the pod.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The context; the file's current one without it.</summary>
    public string? Context { get; init; }

    /// <summary>The namespace; the context's without it, else <c>default</c>.</summary>
    public string? Namespace { get; init; }
}
