using System.Globalization;
using System.Text.Json.Nodes;

namespace CivicQ.Benchmarks;

/// <summary>Memory while thousands of sessions are listed: 10,000 real ones, or as many as this machine has memory for.</summary>
internal static class SessionBenchmark
{
    private const int Wanted = 10_000;
    private const int Few = 100;
    private const long KeepFree = 4L << 30;

    // What the process held at most, from one reset to the next.
    private const string Reset = "[IO.File]::WriteAllText('/proc/self/clear_refs', '5')";
    private const string Peak = "[double]((Get-Content /proc/self/status | Where-Object { $_ -like 'VmHWM:*' }) -replace '\\D') / 1024";
    private const string List = "(Get-CivicQDatabaseSession -Environment crowd | Measure-Object).Count";

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        await using var server = await CrowdedPostgres.StartAsync(bench.Folder, Wanted).ConfigureAwait(false);
        var configuration = Path.Combine(Directory.CreateDirectory(Path.Combine(bench.Folder, "config")).FullName, "environments.json");
        await File.WriteAllTextAsync(configuration, new JsonObject
        {
            ["environments"] = new JsonObject
            {
                ["crowd"] = new JsonObject
                {
                    ["database"] = new JsonObject { ["host"] = "127.0.0.1", ["port"] = server.Port, ["name"] = "postgres", ["user"] = "postgres", ["sslMode"] = "disable" },
                    ["timeoutSeconds"] = 120,
                },
            },
        }.ToJsonString()).ConfigureAwait(false);
        using var session = new PwshSession(bench.SessionSetUp);

        async Task<(double Count, double Peak, double Seconds)> ListedAsync()
        {
            await session.MeasureAsync($"{List} | Out-Null").ConfigureAwait(false);
            await session.MeasureAsync($"[GC]::Collect(); {Reset}").ConfigureAwait(false);
            var time = await session.MeasureAsync($"$script:listed = {List}").ConfigureAwait(false);
            return (await session.EvaluateAsync("$script:listed").ConfigureAwait(false), await session.EvaluateAsync(Peak).ConfigureAwait(false), time);
        }

        await server.FillAsync(Few, KeepFree).ConfigureAwait(false);
        var few = await ListedAsync().ConfigureAwait(false);
        await server.FillAsync(Wanted / 2, KeepFree).ConfigureAwait(false);
        var half = await ListedAsync().ConfigureAwait(false);
        await server.FillAsync(Wanted, KeepFree).ConfigureAwait(false);
        var many = await ListedAsync().ConfigureAwait(false);
        if ((int)few.Count != Few || (int)many.Count != server.Count)
        {
            throw new InvalidOperationException($"Listed {few.Count} and {many.Count} sessions of {Few} and {server.Count}.");
        }

        return
        [
            new Report(
                string.Create(CultureInfo.InvariantCulture, $"peak resident memory while {server.Count:#,0} real sessions are listed, against {half.Count:#,0}; with {Few} it was {few.Peak:0} MB{(server.Count < Wanted ? $" (the machine has memory for no {Wanted:#,0})" : "")}"),
                $"{many.Peak:0} MB", $"{half.Peak:0} MB", $"{many.Peak - half.Peak:+0;-0;0} MB", "flat"),
        ];
    }
}
