using System.Diagnostics;
using System.Globalization;

namespace CivicQ.Ops.Core.Metrics;

/// <summary>Answers requests from one scrape, or from two with some time between them.</summary>
internal static class MetricQuery
{
    private const string Bound = "le";

    /// <summary>Answers.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="now">The scrape, or the second one.</param>
    /// <param name="before">The first of two scrapes, for rates.</param>
    /// <returns>The samples, without the environment's name.</returns>
    public static IEnumerable<MetricSample> Answer(MetricRequest request, MetricScrape now, MetricScrape? before = null)
    {
        var rows = Rows(request, now, before);
        if (request.GroupBy is { } labels)
        {
            rows = rows.GroupBy(row => (row.Point.Name, Labels: row.Point.Labels.Where(name => labels.Contains(name, StringComparer.Ordinal) || name == Bound)))
                .Select(group => Sum(group.First().Point with { Labels = group.Key.Labels, Exemplar = null }, [.. group]));
        }

        return request.Quantiles.Count > 0 ? Quantiles(request, rows, now, before) : rows.Select(row => Sample(row.Point, row.Point.Value, row.Rate, now));
    }

    /// <summary>
    /// How much a counter grew. One that is smaller than before was set back by a restart, and has grown by all that it shows, as PromQL has it.
    /// </summary>
    /// <param name="before">The first value.</param>
    /// <param name="now">The second value.</param>
    /// <returns>The growth.</returns>
    public static double Growth(double before, double now) => now < before ? now : now - before;

    private static IEnumerable<(MetricPoint Point, double? Rate)> Rows(MetricRequest request, MetricScrape now, MetricScrape? before)
    {
        var seconds = before is null ? 0 : Stopwatch.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds;
        var earlier = new Dictionary<(string, MetricLabels), double>();
        foreach (var point in before?.Points ?? [])
        {
            earlier[(point.Name, point.Labels)] = point.Value;
        }

        foreach (var point in now.Points.Where(point => request.WantsName(point.Name, point.Family.Name) && request.WantsLabels(point.Labels)))
        {
            double? rate = seconds > 0 && point.IsCumulative && earlier.TryGetValue((point.Name, point.Labels), out var value)
                ? Growth(value, point.Value) / seconds
                : null;
            yield return (point, rate);
        }
    }

    private static (MetricPoint Point, double? Rate) Sum(MetricPoint point, List<(MetricPoint Point, double? Rate)> rows) => (
        point with { Value = rows.Sum(row => row.Point.Value) },
        rows.Exists(row => row.Rate is not null) ? rows.Sum(row => row.Rate ?? 0) : null);

    private static IEnumerable<MetricSample> Quantiles(
        MetricRequest request, IEnumerable<(MetricPoint Point, double? Rate)> rows, MetricScrape now, MetricScrape? before)
    {
        var buckets = rows.Where(row => row.Point.Name.EndsWith("_bucket", StringComparison.Ordinal) && row.Point.Labels[Bound] is not null);
        foreach (var group in buckets.GroupBy(row => (row.Point.Name, Labels: row.Point.Labels.Where(name => name != Bound))))
        {
            var all = group.Select(row => (UpperBound(row.Point), before is null ? row.Point.Value : row.Rate ?? 0)).ToList();
            var first = group.First().Point;
            foreach (var quantile in request.Quantiles)
            {
                yield return Sample(first with { Name = first.Name[..^"_bucket".Length], Labels = group.Key.Labels, Exemplar = null }, HistogramQuantile.Compute(quantile, all), null, now) with
                {
                    Quantile = quantile,
                };
            }
        }
    }

    /// <summary>The upper bound of a bucket; NaN where its label is no number.</summary>
    internal static double UpperBound(MetricPoint point) => point.Labels[Bound] switch
    {
        "+Inf" or "Inf" or "+inf" or "inf" => double.PositiveInfinity,
        { } text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) => bound,
        _ => double.NaN,
    };

    private static MetricSample Sample(MetricPoint point, double value, double? rate, MetricScrape scrape) => new()
    {
        Name = point.Name,
        Labels = point.Labels.ToDictionary(),
        Type = point.Family.Type,
        Value = value,
        Rate = rate,
        Help = point.Family.Help,
        Unit = point.Family.Unit,
        Exemplar = point.Exemplar,
        Time = point.Time ?? scrape.Time,
    };
}
