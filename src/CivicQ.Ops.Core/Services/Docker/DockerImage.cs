namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>An image.</summary>
public sealed record DockerImage
{
    /// <summary>The identifier, sha256:….</summary>
    public required string Id { get; init; }

    /// <summary>Its names with tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Its names with the digests of the registries that it came from.</summary>
    public required IReadOnlyList<string> Digests { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>How large it is.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}
