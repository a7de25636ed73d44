using System.Globalization;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Health;

/// <summary>The limits of one check, as shipped in <c>Data/thresholds</c> or as the environment overrides them.</summary>
public sealed record HealthThreshold
{
    /// <summary>The name, <c>Component.Check</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the limits count.</summary>
    public MeasureUnit Unit { get; init; }

    /// <summary>True when small values are the bad ones (hit rate, days left).</summary>
    public bool LowerIsWorse { get; init; }

    /// <summary>From here on Degraded; <see langword="null"/>: never.</summary>
    public double? Degraded { get; init; }

    /// <summary>From here on Unhealthy; <see langword="null"/>: never.</summary>
    public double? Unhealthy { get; init; }

    /// <summary>The operator's next step when the limit is passed.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>Where the limit is written: manual or runbook, and the section.</summary>
    public string Source { get; init; } = "";

    /// <summary>Judges a value.</summary>
    /// <param name="value">The value, in <see cref="Unit"/>.</param>
    /// <returns>Healthy, Degraded or Unhealthy; Unknown for a value that is not a number.</returns>
    public HealthStatus Judge(double value)
    {
        if (double.IsNaN(value))
        {
            return HealthStatus.Unknown;
        }

        bool Past(double? limit) => limit is { } l && (LowerIsWorse ? value <= l : value >= l);
        return Past(Unhealthy) ? HealthStatus.Unhealthy : Past(Degraded) ? HealthStatus.Degraded : HealthStatus.Healthy;
    }

    /// <summary>The healthy side in words, for example <c>&lt; 80 %</c>.</summary>
    public override string ToString() => (Degraded ?? Unhealthy) is { } limit
        ? string.Create(CultureInfo.InvariantCulture, $"{(LowerIsWorse ? ">" : "<")} {Measure.Format(limit, Unit)}")
        : "";
}
