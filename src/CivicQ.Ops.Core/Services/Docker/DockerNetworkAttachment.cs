namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>A container's place in a network.</summary>
public sealed record DockerNetworkAttachment
{
    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The network's identifier.</summary>
    public required string NetworkId { get; init; }

    /// <summary>Its IPv4 address in it, none while it does not run.</summary>
    public string? Address { get; init; }

    /// <summary>The names under which others find it there.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }
}
