namespace CivicQ.Ops.Core.Metrics;

/// <summary>The two text formats; they differ in the unit of times above all.</summary>
public enum MetricFormat
{
    /// <summary>Not said: times are taken for what their size makes likely.</summary>
    Unspecified,

    /// <summary>Prometheus text 0.0.4: times in milliseconds.</summary>
    Prometheus,

    /// <summary>OpenMetrics 1.0: times in seconds.</summary>
    OpenMetrics,
}
