namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>What a container's health check says.</summary>
public sealed record DockerHealth
{
    /// <summary>starting, healthy or unhealthy.</summary>
    public required string Status { get; init; }

    /// <summary>How often in a row it failed.</summary>
    public int FailingStreak { get; init; }

    /// <summary>The exit code of its last run.</summary>
    public int? LastExitCode { get; init; }

    /// <summary>What its last run wrote.</summary>
    public string? LastOutput { get; init; }
}
