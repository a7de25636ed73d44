namespace CivicQ.Ops.Core.Environments;

/// <summary>What runs the services: exactly one of Compose and Kubernetes.</summary>
public sealed record ServicesSettings
{
    /// <summary>The Compose project; <see langword="null"/> on Kubernetes.</summary>
    public ComposeSettings? Compose { get; init; }

    /// <summary>The namespace of a Kubernetes cluster; <see langword="null"/> on Compose.</summary>
    public KubernetesSettings? Kubernetes { get; init; }

    /// <summary>The platform's names of services by the common ones: <c>backend</c>: <c>civicq-api</c>.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
