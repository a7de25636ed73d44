namespace CivicQ.Benchmarks;

/// <summary>Memory after import, and over a thousand health calls.</summary>
internal static class MemoryBenchmark
{
    private const string Collected = "[GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::Collect()";
    private const string Resident = "(Get-Process -Id $PID).WorkingSet64 / 1MB";
    private const string Managed = "[GC]::GetTotalMemory($true) / 1MB";
    private const string Threads = "(Get-Process -Id $PID).Threads.Count";

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        using var bare = new PwshSession("$null");
        using var session = new PwshSession(bench.SessionSetUp);
        await bare.MeasureAsync(Collected).ConfigureAwait(false);
        await session.MeasureAsync(Collected).ConfigureAwait(false);
        var without = await bare.EvaluateAsync(Resident).ConfigureAwait(false);
        var with = await session.EvaluateAsync(Resident).ConfigureAwait(false);

        async Task<(double Resident, double Managed, double Threads)> AfterAsync(int calls)
        {
            await session.MeasureAsync($"foreach ($i in 1..{calls}) {{ $null = Get-CivicQHealth -Environment lab -Component Api, Site, Database, Cache, Queue }}").ConfigureAwait(false);
            await session.MeasureAsync(Collected).ConfigureAwait(false);
            return (
                await session.EvaluateAsync(Resident).ConfigureAwait(false), await session.EvaluateAsync(Managed).ConfigureAwait(false),
                await session.EvaluateAsync(Threads).ConfigureAwait(false));
        }

        var early = await AfterAsync(100).ConfigureAwait(false);
        var middle = await AfterAsync(900).ConfigureAwait(false);
        var late = await AfterAsync(1000).ConfigureAwait(false);
        return
        [
            new Report("resident memory after import, against bare `pwsh`", $"{with:0} MB", $"{without:0} MB", $"+{with - without:0} MB", ""),
            new Report(
                "resident memory (managed heap; threads) after 2,000 calls of `Get-CivicQHealth`, against after 1,000; after 100 it was " + Text(early),
                Text(late), Text(middle), $"{late.Resident - middle.Resident:+0;-0;0} MB", "flat"),
        ];
    }

    private static string Text((double Resident, double Managed, double Threads) memory) =>
        $"{memory.Resident:0} MB ({memory.Managed:0.0} MB; {memory.Threads:0})";
}
