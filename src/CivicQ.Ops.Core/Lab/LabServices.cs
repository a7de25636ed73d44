using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The lab's services as the state file keeps them. Holds no secret.</summary>
internal sealed record LabServices
{
    /// <summary>The label of all that the lab makes on the platform; its value is the lab's id.</summary>
    public const string Label = "civicq.lab";

    /// <summary>What runs them.</summary>
    public required ServicePlatform Platform { get; init; }

    /// <summary>The Compose project or the namespace: the lab's own, with a part of its id.</summary>
    public required string Name { get; init; }

    /// <summary>The Docker engine.</summary>
    public string? DockerHost { get; init; }

    /// <summary>The kubeconfig files, full paths.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The kubeconfig's context.</summary>
    public string? Context { get; init; }

    /// <summary>The image that the operator named.</summary>
    public string? Image { get; init; }

    /// <summary>Whether they were started.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Why they were not started.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Where they are, for people.</summary>
    public string Address => Platform == ServicePlatform.Compose ? $"Compose project {Name} on {DockerHost}" : $"namespace {Name} of the context {Context}";

    /// <summary>The services that a lab is to have.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="id">The lab's id.</param>
    /// <returns>The services, not started.</returns>
    public static LabServices Of(LabServicesOptions options, string id) => new()
    {
        Platform = options.DockerHost is null ? ServicePlatform.Kubernetes : ServicePlatform.Compose,
        // A part of the id: two labs may share an engine or a cluster.
        Name = $"civicq-lab-{id[..8].ToLowerInvariant()}",
        DockerHost = options.DockerHost,
        Files = options.DockerHost is null ? Kubeconfig(options.KubernetesFiles) : [],
        Context = options.KubernetesContext,
        Image = options.Image,
    };

    // What kubectl would use in this shell: another shell of the same lab may have other variables.
    private static IReadOnlyList<string> Kubeconfig(IReadOnlyList<string> named) =>
        named.Count > 0 ? named
        : Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 } files
            ? [.. files.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(Path.GetFullPath)]
            : [];
}
