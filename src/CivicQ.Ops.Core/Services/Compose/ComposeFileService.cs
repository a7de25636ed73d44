namespace CivicQ.Ops.Core.Services.Compose;

/// <summary>A service as the Compose files have it.</summary>
public sealed record ComposeFileService
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The image, with its variables filled in; <see langword="null"/> where it is built and has no name.</summary>
    public string? Image { get; init; }

    /// <summary>Whether it is built from sources.</summary>
    public bool IsBuilt { get; init; }

    /// <summary>How many containers there are to be.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Whether it has a health check of its own.</summary>
    public bool HasHealthCheck { get; init; }

    /// <summary>The services that it needs.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>The profiles that it belongs to; empty where it is always up.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];
}
