using System.Diagnostics;
using System.Globalization;

namespace CivicQ.Benchmarks;

/// <summary>Two ways to do the same, measured in turn (A B A B …), so that a drift of the machine's speed touches both.</summary>
internal sealed class Comparison
{
    private readonly List<(double A, double B)> pairs = [];

    /// <summary>Measures.</summary>
    /// <param name="pairs">How many pairs count.</param>
    /// <param name="a">One way; gives its milliseconds.</param>
    /// <param name="b">The other.</param>
    /// <param name="warmUps">How many pairs run first and do not count: an open session has long been compiled to the end.</param>
    public static async Task<Comparison> RunAsync(int pairs, Func<Task<double>> a, Func<Task<double>> b, int warmUps = 1)
    {
        var result = new Comparison();
        for (var i = -warmUps; i < pairs; i++)
        {
            var pair = (await a().ConfigureAwait(false), await b().ConfigureAwait(false));
            if (i >= 0)
            {
                result.pairs.Add(pair);
            }
        }

        return result;
    }

    public double MedianA => Median(pairs.Select(pair => pair.A));

    public double MedianB => Median(pairs.Select(pair => pair.B));

    /// <summary>The median of B/A, pair by pair: how many times longer B takes.</summary>
    public double Ratio => Median(pairs.Select(pair => pair.B / pair.A));

    /// <summary>The median of B-A, pair by pair, in milliseconds.</summary>
    public double Difference => Median(pairs.Select(pair => pair.B - pair.A));

    public int Count => pairs.Count;

    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work().ConfigureAwait(false);
        return clock.Elapsed.TotalMilliseconds;
    }

    public static string Ms(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
