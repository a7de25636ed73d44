namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>Which cluster is meant, and how patient to be with it.</summary>
public sealed record KubernetesOptions
{
    /// <summary>The kubeconfig files, full paths; empty: KUBECONFIG, else <c>~/.kube/config</c>, else the pod's service account.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The context; <see langword="null"/>: the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The namespace; <see langword="null"/>: the context's, else <c>default</c>.</summary>
    public string? Namespace { get; init; }

    /// <summary>How long the API server may take to begin an answer.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a question is asked again after 429, 5xx or a broken connection, where asking again is safe.</summary>
    public int MaximumRetries { get; init; } = 4;

    /// <summary>The longest wait before a question is asked again, whatever the server asks for.</summary>
    public TimeSpan MaximumRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a watch goes on trying while the API server is away.</summary>
    public TimeSpan WatchOutage { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Reads a variable of the process; tests put others in.</summary>
    internal Func<string, string?> Variable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Where a pod finds its service account.</summary>
    internal string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The user's folder.</summary>
    internal string HomeFolder { get; init; } = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
}
