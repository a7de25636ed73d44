using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Procedures.DailyCheck;

/// <summary>What one step of the daily check gave.</summary>
public sealed record DailyCheckResult
{
    private readonly string detail = "";

    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The step's number in the manual.</summary>
    public required int Step { get; init; }

    /// <summary>The step's name.</summary>
    public required string Name { get; init; }

    /// <summary>The worst status of the step's checks.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>The value of the worst check, or of the headline where all is well, in <see cref="Unit"/>.</summary>
    public double? Value { get; init; }

    /// <summary>What <see cref="Value"/> counts.</summary>
    public MeasureUnit Unit { get; init; }

    /// <summary>The limits that <see cref="Value"/> was judged by.</summary>
    public HealthThreshold? Threshold { get; init; }

    /// <summary>What was found: the faults, worst first, or what stands for the step.</summary>
    public string Detail
    {
        get => detail;
        init => detail = OneLine.Of(value);
    }

    /// <summary>The runbook's next step; empty when there is nothing to do.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>The checks behind the step.</summary>
    public IReadOnlyList<HealthResult> Checks { get; init; } = [];

    /// <summary>How long the step took.</summary>
    public TimeSpan Duration { get; init; }
}
