namespace CivicQ.Ops.Core.Health;

/// <summary>How the health of an environment went while it was watched.</summary>
public sealed record HealthTimeline
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>Whether health held for the whole period.</summary>
    public required bool Held { get; init; }

    /// <summary>The worst status that counted as health.</summary>
    public required HealthStatus Required { get; init; }

    /// <summary>The period that it had to hold.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>When the watch began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Since when health has held without a break, UTC; <see langword="null"/> when it does not at the end.</summary>
    public DateTimeOffset? HealthySince { get; init; }

    /// <summary>How many times all components were asked.</summary>
    public required int Rounds { get; init; }

    /// <summary>The share of rounds in which health was as required, 0 to 1.</summary>
    public required double Availability { get; init; }

    /// <summary>How often health was lost after it had been there.</summary>
    public required int Flaps { get; init; }

    /// <summary>Every change of a check, in the order in which it was seen.</summary>
    public IReadOnlyList<HealthTransition> Transitions { get; init; } = [];

    /// <summary>The worst status at the end; Healthy where nothing was at fault.</summary>
    public HealthStatus Worst { get; init; } = HealthStatus.Healthy;

    /// <summary>The last results that were worse than required.</summary>
    public IReadOnlyList<HealthResult> Remaining { get; init; } = [];
}
