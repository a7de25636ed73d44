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
        var late = await AfterAsync(900).ConfigureAwait(false);
        return
        [
            new Report("resident memory after import, against bare `pwsh`", $"{with:0} MB", $"{without:0} MB", $"+{with - without:0} MB", ""),
            new Report(
                "resident memory after 1,000 calls of `Get-CivicQHealth` (managed heap; threads), against after 100",
                $"{late.Resident:0} MB ({late.Managed:0.0} MB; {late.Threads:0})", $"{early.Resident:0} MB ({early.Managed:0.0} MB; {early.Threads:0})",
                $"{late.Resident - early.Resident:+0;-0;0} MB", "flat"),
        ];
    }
}
