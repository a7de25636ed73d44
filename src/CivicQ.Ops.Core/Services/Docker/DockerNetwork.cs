namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>A network.</summary>
public sealed record DockerNetwork
{
    /// <summary>The identifier.</summary>
    public required string Id { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The driver, bridge mostly.</summary>
    public required string Driver { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The names of the running containers in it by their identifiers.</summary>
    public required IReadOnlyDictionary<string, string> Containers { get; init; }
}
