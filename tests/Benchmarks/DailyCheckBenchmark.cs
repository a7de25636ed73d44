namespace CivicQ.Benchmarks;

/// <summary>The daily check against the manual's shell script, on the same lab.</summary>
internal static class DailyCheckBenchmark
{
    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        var variables = bench.ScriptVariables();
        var script = Path.Combine(bench.Root, "tests/Benchmarks/manual-daily-check.sh");
        Task<double> Script() => Comparison.TimeAsync(() => Shell.RunAsync("bash", [script], variables));

        using var session = new PwshSession(bench.SessionSetUp);
        var warm = await Comparison.RunAsync(7, () => session.MeasureAsync("Invoke-CivicQDailyCheck -Environment lab"), Script).ConfigureAwait(false);
        var host = await Comparison.RunAsync(
            7,
            () => Comparison.TimeAsync(() => bench.CivicqAsync("Invoke-CivicQDailyCheck", "-Environment", "lab")), Script).ConfigureAwait(false);
        return
        [
            new Report(
                "`Invoke-CivicQDailyCheck` in an open session, against the manual's `daily-check.sh`", Comparison.Ms(warm.MedianA),
                Comparison.Ms(warm.MedianB), $"{warm.Ratio:0.0} times faster", "5 times"),
            new Report(
                "the same from a cold start of `civicq`", Comparison.Ms(host.MedianA), Comparison.Ms(host.MedianB), $"{host.Ratio:0.0} times faster", ""),
        ];
    }
}
