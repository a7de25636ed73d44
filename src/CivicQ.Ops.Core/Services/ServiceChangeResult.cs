using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Services;

/// <summary>What became of a change of one service.</summary>
public sealed record ServiceChangeResult
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>The platform's own name for it.</summary>
    public required string PlatformName { get; init; }

    /// <summary>What runs it.</summary>
    public required ServicePlatform Platform { get; init; }

    /// <summary>What was to be done.</summary>
    public required ServiceAction Action { get; init; }

    /// <summary>How it ended.</summary>
    public required ServiceChangeOutcome Outcome { get; init; }

    /// <summary>What is different now, or would be.</summary>
    public IReadOnlyList<ServiceDifference> Changes { get; init; } = [];

    /// <summary>The revision before; <see langword="null"/> where there are none.</summary>
    public long? FromRevision { get; init; }

    /// <summary>The revision that was gone to; <see langword="null"/> where there are none.</summary>
    public long? ToRevision { get; init; }

    /// <summary>How many instances are ready; <see langword="null"/> where nobody waited.</summary>
    public int? Ready { get; init; }

    /// <summary>How many instances are wanted; <see langword="null"/> where nobody waited.</summary>
    public int? Desired { get; init; }

    /// <summary>The worst health of what was asked afterwards; <see langword="null"/> where nobody asked.</summary>
    public HealthStatus? Health { get; init; }

    /// <summary>Why it is not done, or what else is to be known; <see langword="null"/> where all is said.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took, with the waiting.</summary>
    public TimeSpan Duration { get; init; }
}
