namespace CivicQ.Ops.Core.Metrics;

/// <summary>The types of Prometheus and OpenMetrics.</summary>
public enum MetricType
{
    /// <summary>No type was given (untyped, unknown).</summary>
    Unknown,

    /// <summary>Only grows, but for restarts.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts by size: cumulative buckets, sum and count.</summary>
    Histogram,

    /// <summary>Quantiles that the process computed itself, sum and count.</summary>
    Summary,

    /// <summary>A histogram whose buckets go up and down.</summary>
    GaugeHistogram,

    /// <summary>Facts as labels, always 1.</summary>
    Info,

    /// <summary>One series a state, 1 where it is the state.</summary>
    StateSet,
}
