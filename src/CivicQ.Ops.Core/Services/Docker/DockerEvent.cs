namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Something that the engine did.</summary>
public sealed record DockerEvent
{
    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What it happened to: container, image, network, volume.</summary>
    public required string Type { get; init; }

    /// <summary>What happened: start, die, health_status: healthy.</summary>
    public required string Action { get; init; }

    /// <summary>The identifier of what it happened to.</summary>
    public required string Id { get; init; }

    /// <summary>Name, image, exitCode, labels.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }
}
