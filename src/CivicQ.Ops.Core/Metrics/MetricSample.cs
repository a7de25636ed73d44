namespace CivicQ.Ops.Core.Metrics;

/// <summary>One series of a scrape, or a quantile of one histogram.</summary>
public sealed record MetricSample
{
    /// <summary>The environment whose API was asked; empty for a file or another address.</summary>
    public string Environment { get; init; } = "";

    /// <summary>The series' name; the histogram's for quantiles.</summary>
    public required string Name { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>The type of its family.</summary>
    public MetricType Type { get; init; }

    /// <summary>The value; NaN where there is none, as for the quantile of nothing.</summary>
    public required double Value { get; init; }

    /// <summary>Growth a second between the two scrapes; <see langword="null"/> without <c>-Rate</c>, for gauges and for series that were not in the first.</summary>
    public double? Rate { get; init; }

    /// <summary>The quantile that <see cref="Value"/> is; <see langword="null"/> for plain series.</summary>
    public double? Quantile { get; init; }

    /// <summary>What it means, in the words of the process.</summary>
    public string? Help { get; init; }

    /// <summary>The unit (OpenMetrics).</summary>
    public string? Unit { get; init; }

    /// <summary>The exemplar (OpenMetrics), if there is one.</summary>
    public MetricExemplar? Exemplar { get; init; }

    /// <summary>When the value was taken, UTC.</summary>
    public DateTimeOffset Time { get; init; }
}
