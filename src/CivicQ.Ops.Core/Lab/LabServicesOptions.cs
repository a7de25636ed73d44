namespace CivicQ.Ops.Core.Lab;

/// <summary>On what the lab's services are to run: a Docker engine, or a context of a kubeconfig.</summary>
public sealed record LabServicesOptions
{
    /// <summary>The Docker engine: <c>unix:///var/run/docker.sock</c>, <c>tcp://host:2376</c>; <see langword="null"/> for Kubernetes.</summary>
    public string? DockerHost { get; init; }

    /// <summary>The kubeconfig's context; <see langword="null"/> for Docker.</summary>
    public string? KubernetesContext { get; init; }

    /// <summary>kubeconfig files, full paths; empty for those that kubectl would use.</summary>
    public IReadOnlyList<string> KubernetesFiles { get; init; } = [];

    /// <summary>An image with the shell, httpd, wget and nc of busybox; without it one is made of this machine's busybox (Docker), or Docker Hub's is used (Kubernetes).</summary>
    public string? Image { get; init; }
}
