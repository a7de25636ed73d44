using System.Diagnostics;
using System.Text;
using CivicQ.Ops.Core.Metrics;

namespace CivicQ.Ops.Core.Tests.Metrics;

public sealed class MetricQueryTests
{
    private const string Before = """
        # TYPE requests_total counter
        requests_total{method="GET",status="200"} 100
        requests_total{method="GET",status="500"} 50
        requests_total{method="POST",status="503"} 7
        # TYPE temperature gauge
        temperature 20
        # TYPE latency histogram
        latency_bucket{path="/a",le="0.1"} 10
        latency_bucket{path="/a",le="0.5"} 20
        latency_bucket{path="/a",le="+Inf"} 20
        latency_count{path="/a"} 20
        """;

    private const string After = """
        # TYPE requests_total counter
        requests_total{method="GET",status="200"} 300
        requests_total{method="GET",status="500"} 10
        requests_total{method="POST",status="502"} 5
        # TYPE temperature gauge
        temperature 15
        # TYPE latency histogram
        latency_bucket{path="/a",le="0.1"} 10
        latency_bucket{path="/a",le="0.5"} 120
        latency_bucket{path="/a",le="+Inf"} 120
        latency_count{path="/a"} 120
        """;

    [Fact]
    public async Task Names_and_labels_are_chosen_by_wildcards()
    {
        var samples = await AskAsync(new MetricRequest { Names = ["REQ*"], Labels = Labels("status", "5*") });
        Assert.Equal(["500", "503"], samples.Select(sample => sample.Labels["status"]));

        samples = await AskAsync(new MetricRequest { Labels = Labels("status", "200", "503") });
        Assert.Equal(["200", "503"], samples.Select(sample => sample.Labels["status"]));

        Assert.Equal(4, (await AskAsync(new MetricRequest { Names = ["latency"] })).Count);
        Assert.Empty(await AskAsync(new MetricRequest { Labels = Labels("nosuch", "*") }));
    }

    [Fact]
    public async Task Rates_are_growth_a_second_and_survive_a_restart()
    {
        var samples = await AskAsync(new MetricRequest { Names = ["requests_total", "temperature"] }, seconds: 10);

        Assert.Equal(20, samples.Single(sample => sample.Labels.GetValueOrDefault("status") == "200").Rate!.Value, 6);
        // 50 → 10: the process restarted, and has counted 10 since.
        Assert.Equal(1, samples.Single(sample => sample.Labels.GetValueOrDefault("status") == "500").Rate!.Value, 6);
        // New series and gauges have no rate.
        Assert.Null(samples.Single(sample => sample.Labels.GetValueOrDefault("status") == "502").Rate);
        Assert.Null(samples.Single(sample => sample.Name == "temperature").Rate);
    }

    [Fact]
    public async Task Quantiles_over_an_interval_are_those_of_the_interval()
    {
        var all = Assert.Single(await AskAsync(new MetricRequest { Quantiles = [0.5] }));
        Assert.Equal(("latency", 0.1, 0.5), (all.Name, all.Value, all.Quantile!.Value));
        Assert.Equal("/a", Assert.Single(all.Labels).Value);

        // All 100 of the interval lie between 0.1 and 0.5.
        var now = Assert.Single(await AskAsync(new MetricRequest { Quantiles = [0.5] }, seconds: 10));
        Assert.Equal(0.3, now.Value, 6);
    }

    [Fact]
    public async Task Series_are_summed_by_labels()
    {
        var samples = await AskAsync(new MetricRequest { Names = ["requests_total"], GroupBy = ["method"] }, seconds: 10);
        Assert.Equal([("GET", 310.0), ("POST", 5.0)], samples.Select(sample => (sample.Labels["method"], sample.Value)));
        Assert.Equal(21, samples[0].Rate!.Value, 6);

        Assert.Equal(157, Assert.Single(await AskAsync(new MetricRequest { Names = ["requests_total"], GroupBy = [] })).Value);
    }

    [Theory]
    [InlineData(0.5, 0.3)]
    [InlineData(0.9, 0.875)]
    [InlineData(0.25, 0.1)]
    [InlineData(0, 0)]
    // In the bucket of +Inf: the largest finite bound.
    [InlineData(0.99, 1)]
    [InlineData(1, 1)]
    [InlineData(-0.1, double.NegativeInfinity)]
    [InlineData(1.1, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Quantiles_are_interpolated_in_their_bucket(double quantile, double expected) =>
        Assert.Equal(expected, HistogramQuantile.Compute(quantile, [(0.1, 25), (0.5, 75), (double.PositiveInfinity, 100), (1, 95)]), 9);

    [Fact]
    public void Quantiles_of_odd_histograms_are_promqls()
    {
        Assert.Equal(double.NaN, HistogramQuantile.Compute(0.5, []));
        Assert.Equal(double.NaN, HistogramQuantile.Compute(0.5, [(double.PositiveInfinity, 10)]));
        Assert.Equal(double.NaN, HistogramQuantile.Compute(0.5, [(1, 10), (2, 20)]));
        Assert.Equal(double.NaN, HistogramQuantile.Compute(0.5, [(1, 0), (double.PositiveInfinity, 0)]));
        // A first bucket that ends at or below zero has no lower bound to start from.
        Assert.Equal(double.NaN, HistogramQuantile.Compute(0, [(1, 0), (2, 5), (double.PositiveInfinity, 5)]));
        Assert.Equal(0, HistogramQuantile.Compute(0, [(1, 3), (2, 5), (double.PositiveInfinity, 5)]));
        Assert.Equal(-1, HistogramQuantile.Compute(0.5, [(-1, 10), (double.PositiveInfinity, 10)]));
        // Two series of one bound add up; counts that fall are levelled.
        Assert.Equal(1, HistogramQuantile.Compute(1, [(1, 5), (1, 5), (2, 9), (double.PositiveInfinity, 9)]));
    }

    private static Dictionary<string, IReadOnlyList<string>> Labels(string name, params string[] values) => new() { [name] = values };

    private static async Task<List<MetricSample>> AskAsync(MetricRequest request, double? seconds = null)
    {
        var before = await ReadAsync(Before);
        if (seconds is null)
        {
            return [.. MetricQuery.Answer(request, before)];
        }

        var after = await ReadAsync(After) with { Timestamp = before.Timestamp + (long)(seconds * Stopwatch.Frequency) };
        return [.. MetricQuery.Answer(request, after, before)];
    }

    private static async Task<MetricScrape> ReadAsync(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await MetricReader.ReadAsync(stream, MetricFormat.Prometheus, null, "test", default);
    }
}
