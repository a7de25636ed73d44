namespace CivicQ.Ops.Core.Metrics;

/// <summary>One line of a scrape: one series and its value.</summary>
/// <param name="Name">The series' name, with its suffix.</param>
/// <param name="Family">The family that it belongs to.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value.</param>
/// <param name="Time">The time that the text gives it, if any.</param>
/// <param name="Exemplar">Its exemplar (OpenMetrics), if any.</param>
internal sealed record MetricPoint(
    string Name, MetricFamily Family, MetricLabels Labels, double Value, DateTimeOffset? Time = null, MetricExemplar? Exemplar = null)
{
    /// <summary>The part of the name behind the family's: <c>_bucket</c>, <c>_total</c> …, mostly empty.</summary>
    public ReadOnlySpan<char> Suffix => Name.StartsWith(Family.Name, StringComparison.Ordinal) ? Name.AsSpan(Family.Name.Length) : default;

    /// <summary>Whether it can only grow, so that a rate makes sense.</summary>
    public bool IsCumulative => Suffix is not "_created" && (Family.Type switch
    {
        MetricType.Counter or MetricType.Histogram => true,
        MetricType.Summary => Suffix is "_sum" or "_count",
        MetricType.Unknown => Name.EndsWith("_total", StringComparison.Ordinal) || Name.EndsWith("_count", StringComparison.Ordinal)
            || Name.EndsWith("_bucket", StringComparison.Ordinal),
        _ => false,
    });
}
