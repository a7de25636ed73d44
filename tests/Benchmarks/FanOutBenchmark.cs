namespace CivicQ.Benchmarks;

/// <summary>The health of fifty environments against that of one.</summary>
internal static class FanOutBenchmark
{
    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        using var session = new PwshSession(bench.FiftyEnvironments());
        var comparison = await Comparison.RunAsync(
            9,
            () => session.MeasureAsync("Get-CivicQHealth -Environment copy01"),
            () => session.MeasureAsync("Get-CivicQHealth -Environment copy*"), warmUps: 5).ConfigureAwait(false);
        return
        [
            new Report(
                "`Get-CivicQHealth` over 50 environments, against one", Comparison.Ms(comparison.MedianB), Comparison.Ms(comparison.MedianA),
                $"{comparison.Ratio:0.0} times as long", "under 3 times"),
        ];
    }
}
