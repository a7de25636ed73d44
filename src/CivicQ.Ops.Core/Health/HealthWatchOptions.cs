namespace CivicQ.Ops.Core.Health;

/// <summary>What <see cref="HealthMonitor"/> waits for.</summary>
public sealed record HealthWatchOptions
{
    /// <summary>How long health must hold without a break.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>The time from one round to the next.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>How long to wait in all.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The worst status that counts as health.</summary>
    public HealthStatus Required { get; init; } = HealthStatus.Healthy;
}
