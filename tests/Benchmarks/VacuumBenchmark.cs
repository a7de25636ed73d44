using System.Globalization;

namespace CivicQ.Benchmarks;

/// <summary>VACUUM ANALYZE of two hundred tables against vacuumdb, four at a time, after the same changes each time.</summary>
internal static class VacuumBenchmark
{
    private const int Tables = 200;
    private const string Database = "vacuumbench";

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        var variables = bench.ScriptVariables();
        var address = new Uri(variables["LAB_DATABASE_URL"]);
        variables["PGHOST"] = address.Host;
        variables["PGPORT"] = address.Port.ToString(CultureInfo.InvariantCulture);
        variables["PGUSER"] = address.UserInfo;
        Task Sql(string database, string sql) => Shell.RunAsync("psql", ["-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql], variables);

        await Sql("civicq", $"CREATE DATABASE {Database}").ConfigureAwait(false);
        // The lab is this run's own: nothing else is to vacuum meanwhile.
        await Sql(Database, "ALTER SYSTEM SET autovacuum = off").ConfigureAwait(false);
        await Sql(Database, "SELECT pg_reload_conf()").ConfigureAwait(false);
        // Sizes of every order, as real schemas have them.
        await Sql(Database, $"""
            DO $$ BEGIN FOR i IN 1..{Tables} LOOP
              EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, name text, at timestamptz DEFAULT now())', i);
              EXECUTE format('INSERT INTO t%s SELECT n, repeat(''x'', 60) || n FROM generate_series(1, %s) n', i, 200 + (i % 20) * 400);
            END LOOP; END $$
            """).ConfigureAwait(false);
        Task Change() => Sql(Database, $"DO $$ BEGIN FOR i IN 1..{Tables} LOOP EXECUTE format('UPDATE t%s SET name = name || ''y'' WHERE id %% 5 = 0', i); END LOOP; END $$");

        using var session = new PwshSession(bench.SessionSetUp);
        var comparison = await Comparison.RunAsync(
            7,
            async () =>
            {
                await Change().ConfigureAwait(false);
                return await session.MeasureAsync($"Invoke-CivicQVacuum -Environment lab -Database {Database} -Analyze -Parallel 4 -ProgressAction Ignore").ConfigureAwait(false);
            },
            async () =>
            {
                await Change().ConfigureAwait(false);
                return await Comparison.TimeAsync(() => Shell.RunAsync("vacuumdb", ["-q", "-j", "4", "--analyze", "-d", Database], variables)).ConfigureAwait(false);
            },
            // The server's own share is so small here that what .NET still compiles would count: that is over after about ten runs.
            warmUps: 12).ConfigureAwait(false);
        return
        [
            new Report(
                $"`Invoke-CivicQVacuum -Analyze -Parallel 4` over {Tables} tables, against `vacuumdb -j 4 --analyze`", Comparison.Ms(comparison.MedianA), Comparison.Ms(comparison.MedianB),
                $"{1 / comparison.Ratio:0.00} times as long", "at most 1.1 times"),
        ];
    }
}
