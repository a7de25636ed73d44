using System.Globalization;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Metrics;

namespace CivicQ.Ops.Core.Web;

/// <summary>The error rate and the latency of the API, from its metrics: totals since its process started.</summary>
internal static class ApiTraffic
{
    private const string Requests = "http_requests_total";
    private const string Durations = "http_request_duration_seconds_bucket";
    // Below that the slowest twentieth is less than one request.
    private const int FewestForPercentile = 20;
    private static readonly string[] StatusLabels = ["status", "code", "status_code"];

    /// <summary>Whether a series is one of those that count.</summary>
    public static bool Wants(string name, string family) =>
        name.EndsWith(Requests, StringComparison.Ordinal) || name.EndsWith(Durations, StringComparison.Ordinal);

    /// <summary>Judges a scrape.</summary>
    /// <param name="component">The component's name.</param>
    /// <param name="scrape">The scrape.</param>
    /// <param name="thresholds">The limits in force.</param>
    /// <returns>ErrorRate and Latency; each only where the process measures it.</returns>
    public static IEnumerable<HealthResult> Judge(string component, MetricScrape scrape, ThresholdSet thresholds)
    {
        var requests = Mine(scrape, Requests);
        if (requests.Count > 0)
        {
            var total = requests.Sum(point => point.Value);
            var failed = requests.Where(point => Status(point) is { Length: > 0 } status && status[0] == '5').Sum(point => point.Value);
            yield return thresholds.Judge(
                component, "ErrorRate", total > 0 ? failed / total : double.NaN,
                total > 0
                    ? string.Create(CultureInfo.InvariantCulture, $"{failed:#,0} of {total:#,0} requests answered with 5xx since the process started; Get-CivicQMetric -Rate shows those of now.")
                    : "No request since the process started.");
        }

        var buckets = Mine(scrape, Durations);
        if (buckets.Count > 0)
        {
            var all = buckets.Where(point => double.IsPositiveInfinity(MetricQuery.UpperBound(point))).Sum(point => point.Value);
            var p95 = all < FewestForPercentile
                ? double.NaN
                : HistogramQuantile.Compute(0.95, buckets.Select(point => (MetricQuery.UpperBound(point), point.Value)));
            yield return thresholds.Judge(
                component, "Latency", p95,
                double.IsNaN(p95)
                    ? string.Create(CultureInfo.InvariantCulture, $"{all:#,0} requests since the process started, too few to tell the slowest.")
                    : $"95 % of requests took at most {Measure.Format(p95, MeasureUnit.Seconds)} since the process started.");
        }
    }

    // One name only: an API that has its framework's counter beside its own would be counted twice.
    private static List<MetricPoint> Mine(MetricScrape scrape, string name)
    {
        var all = scrape.Points.Where(point => point.Name.EndsWith(name, StringComparison.Ordinal)).ToList();
        var chosen = all.Select(point => point.Name).Distinct()
            .OrderByDescending(one => one.StartsWith("civicq_", StringComparison.Ordinal)).ThenBy(one => one.Length).FirstOrDefault();
        return all.FindAll(point => point.Name == chosen);
    }

    private static string? Status(MetricPoint point) => StatusLabels.Select(label => point.Labels[label]).FirstOrDefault(value => value is not null);
}
