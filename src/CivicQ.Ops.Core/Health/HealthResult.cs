using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Health;

/// <summary>What one check of one component of one environment gave.</summary>
public sealed record HealthResult
{
    private readonly string detail = "";

    /// <summary>The environment's name.</summary>
    public string Environment { get; init; } = "";

    /// <summary>The component: Api, Site, Database …</summary>
    public required string Component { get; init; }

    /// <summary>What of the component was checked: Connection, Pool …</summary>
    public required string Check { get; init; }

    /// <summary>The verdict.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>The measured value, in <see cref="Unit"/>; <see langword="null"/> where there is none.</summary>
    public double? Value { get; init; }

    /// <summary>What <see cref="Value"/> counts.</summary>
    public MeasureUnit Unit { get; init; }

    /// <summary>The limits it was judged by, where there are any.</summary>
    public HealthThreshold? Threshold { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public string Detail
    {
        get => detail;
        init => detail = OneLine.Of(value);
    }

    /// <summary>The runbook's next step; empty when there is nothing to do.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>The identifier of the error that kept the check from an answer, if one did.</summary>
    public string? ErrorId { get; init; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>When it was checked, UTC.</summary>
    public DateTimeOffset CheckedAt { get; init; } = DateTimeOffset.UtcNow;
}
