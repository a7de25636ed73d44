namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>A container, as the engine lists it.</summary>
public sealed record DockerContainer
{
    /// <summary>The 64 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>The name, without the slash.</summary>
    public required string Name { get; init; }

    /// <summary>The image as it was asked for.</summary>
    public required string Image { get; init; }

    /// <summary>The image's identifier, sha256:….</summary>
    public required string ImageId { get; init; }

    /// <summary>created, running, paused, restarting, removing, exited or dead.</summary>
    public required string State { get; init; }

    /// <summary>The same for people: Up 3 minutes (healthy).</summary>
    public required string Status { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}
