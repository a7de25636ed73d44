using System.Globalization;

namespace CivicQ.Benchmarks;

/// <summary>Each question of the runbook and the manual in an open session, against its psql snippet; and a million rows.</summary>
internal static class QueryBenchmark
{
    // The snippets of the runbook's "Database Issues" and the manual's "Database Maintenance".
    private static readonly (string Line, string Snippet)[] Questions =
    [
        ("Get-CivicQDatabaseSession", "SELECT pid, now() - query_start AS duration, query, state FROM pg_stat_activity WHERE state != 'idle' ORDER BY duration DESC"),
        ("Get-CivicQDatabaseLock", "SELECT * FROM pg_locks WHERE NOT granted"),
        ("Get-CivicQSlowQuery -Top 20", "SELECT query, calls, total_exec_time, mean_exec_time FROM pg_stat_statements ORDER BY mean_exec_time DESC LIMIT 20"),
        ("Get-CivicQDatabaseStatistic -SampleSeconds 0", "SELECT datname, deadlocks, blks_hit, blks_read FROM pg_stat_database"),
        ("Get-CivicQTableSize", "SELECT schemaname, tablename, pg_size_pretty(pg_total_relation_size(schemaname||'.'||tablename)) FROM pg_tables WHERE schemaname = 'public' ORDER BY pg_total_relation_size(schemaname||'.'||tablename) DESC"),
        ("Get-CivicQTableBloat", "SELECT schemaname, relname, n_dead_tup, n_live_tup FROM pg_stat_user_tables ORDER BY n_dead_tup DESC"),
        ("Get-CivicQReplication", "SELECT * FROM pg_stat_replication"),
    ];

    private const string Rows = "SELECT i, md5(i::text) AS hash FROM generate_series(1, 1000000) i";

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        var variables = bench.ScriptVariables();
        Task<double> Psql(string sql) => Comparison.TimeAsync(() => Shell.RunAsync("psql", ["-X", variables["LAB_DATABASE_URL"], "-c", sql], variables));
        var reports = new List<Report>();
        using var session = new PwshSession(bench.SessionSetUp);
        foreach (var (line, snippet) in Questions)
        {
            var comparison = await Comparison.RunAsync(9, () => session.MeasureAsync(line + " -Environment lab"), () => Psql(snippet), warmUps: 5).ConfigureAwait(false);
            reports.Add(new Report($"`{line}` in an open session, against `psql -c`", Comparison.Ms(comparison.MedianA), Comparison.Ms(comparison.MedianB), $"{1 / comparison.Ratio:0.0} times as long", ""));
        }

        // Rows of a size that PostgreSQL sends at once: smaller ones it keeps until it has 8 KiB of them.
        const string First = "Invoke-CivicQQuery 'SELECT repeat(''x'', 9000), pg_sleep(0.001) FROM generate_series(1, 100000) i' -Environment lab | Select-Object -First 1";
        var first = await Comparison.RunAsync(9, () => session.MeasureAsync(First), () => session.MeasureAsync("Invoke-CivicQQuery 'SELECT 1' -Environment lab"), warmUps: 3).ConfigureAwait(false);
        reports.Add(new Report("the first of 100,000 slow rows, against a query of one row", Comparison.Ms(first.MedianA), Comparison.Ms(first.MedianB), "+" + Comparison.Ms(-first.Difference), "within 100 ms"));

        Task<double> Million() => session.MeasureAsync($"Invoke-CivicQQuery '{Rows}' -Environment lab -TimeoutSeconds 600 | Out-Null");
        await Million().ConfigureAwait(false);
        var before = await ResidentAsync(session).ConfigureAwait(false);
        var took = await Million().ConfigureAwait(false);
        var after = await ResidentAsync(session).ConfigureAwait(false);
        reports.Add(new Report(
            $"resident memory after another 1,000,000 rows of `Invoke-CivicQQuery` ({(took / 1000).ToString("0.0", CultureInfo.InvariantCulture)} s), against after the first million", $"{after:0} MB", $"{before:0} MB",
            $"{after - before:+0;-0;0} MB", "flat"));
        return reports;
    }

    private static async Task<double> ResidentAsync(PwshSession session)
    {
        await session.MeasureAsync("[GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::Collect()").ConfigureAwait(false);
        return await session.EvaluateAsync("(Get-Process -Id $PID).WorkingSet64 / 1MB").ConfigureAwait(false);
    }
}
