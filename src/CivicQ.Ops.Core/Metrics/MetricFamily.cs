namespace CivicQ.Ops.Core.Metrics;

/// <summary>What the text says of a family of series. Filled in as the text is read.</summary>
/// <param name="name">The family's name.</param>
internal sealed class MetricFamily(string name)
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;

    /// <summary>The type.</summary>
    public MetricType Type { get; set; }

    /// <summary>The help text.</summary>
    public string? Help { get; set; }

    /// <summary>The unit (OpenMetrics).</summary>
    public string? Unit { get; set; }

    /// <summary>Whether a series with this suffix belongs to a family of this type.</summary>
    public bool Has(ReadOnlySpan<byte> suffix) => Type switch
    {
        MetricType.Counter => suffix.SequenceEqual("_total"u8) || suffix.SequenceEqual("_created"u8),
        MetricType.Histogram => suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_sum"u8) || suffix.SequenceEqual("_count"u8) || suffix.SequenceEqual("_created"u8),
        MetricType.GaugeHistogram => suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_gsum"u8) || suffix.SequenceEqual("_gcount"u8),
        MetricType.Summary => suffix.SequenceEqual("_sum"u8) || suffix.SequenceEqual("_count"u8) || suffix.SequenceEqual("_created"u8),
        MetricType.Info => suffix.SequenceEqual("_info"u8),
        _ => false,
    };
}
