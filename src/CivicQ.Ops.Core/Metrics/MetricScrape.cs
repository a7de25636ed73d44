namespace CivicQ.Ops.Core.Metrics;

/// <summary>The series of one scrape.</summary>
/// <param name="Points">The series wanted, in the order of the text.</param>
/// <param name="Time">When it was taken.</param>
/// <param name="Timestamp">The same on a clock that nobody sets, in <see cref="System.Diagnostics.Stopwatch"/>'s ticks.</param>
internal sealed record MetricScrape(IReadOnlyList<MetricPoint> Points, DateTimeOffset Time, long Timestamp)
{
    /// <summary>Lines that could not be read.</summary>
    public int Malformed { get; init; }

    /// <summary>How many series there were in all.</summary>
    public int Read { get; init; }
}
