using System.Globalization;
using System.Text.Json.Nodes;

namespace CivicQ.Benchmarks;

/// <summary>
/// A million lines of twenty containers, merged and parsed, against <c>docker compose logs</c>, which does neither: of containers that wrote at the
/// same time, as instances of one service do, and of containers that wrote one after the other, so that only one log has the next lines at a time.
/// </summary>
internal static class LogBenchmark
{
    private const int Containers = 20;
    private const int Lines = 50_000;
    private const int FewLines = 5_000;
    private const string Resident = "[Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB";

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        await using var lab = await ContainerLab.StartAsync(bench, kubernetes: false).ConfigureAwait(false);
        return
        [
            .. await RunAsync(bench, lab, together: true).ConfigureAwait(false),
            .. await RunAsync(bench, lab, together: false).ConfigureAwait(false),
        ];
    }

    private static async Task<IEnumerable<Report>> RunAsync(Workbench bench, ContainerLab lab, bool together)
    {
        var project = $"cqlogs{Environment.ProcessId}";
        var file = Path.Combine(bench.Folder, "logs.yml");
        await File.WriteAllTextAsync(file, Stack(together)).ConfigureAwait(false);
        Task<string> Compose(params string[] arguments) => Shell.RunAsync("docker", ["compose", "-p", project, "-f", file, .. arguments], lab.Variables);
        await Compose("up", "-d", "--scale", $"backend={Containers}").ConfigureAwait(false);
        try
        {
            // Written to the end, once the last line of each is there.
            while ((await Compose("logs", "--no-log-prefix", "--tail", "1").ConfigureAwait(false)).Split('\n').Count(line => line.Contains($"/{Lines}\"", StringComparison.Ordinal)) < Containers)
            {
                await Task.Delay(1000).ConfigureAwait(false);
            }

            bench.WriteServices(new JsonObject { ["compose"] = new JsonObject { ["project"] = project, ["host"] = lab.Host } });
            using var session = new PwshSession(bench.SessionSetUp);
            for (var i = 0; i < 2; i++)
            {
                await session.MeasureAsync($"Get-CivicQLog -Environment bench -Tail {FewLines} > $null").ConfigureAwait(false);
            }

            var few = await session.EvaluateAsync(Resident).ConfigureAwait(false);
            var comparison = await Comparison.RunAsync(
                5,
                () => session.MeasureAsync("Get-CivicQLog -Environment bench > $null"),
                () => Comparison.TimeAsync(() => Shell.RunAsync("sh", ["-c", "docker compose -p \"$0\" -f \"$1\" logs >/dev/null", project, file], lab.Variables))).ConfigureAwait(false);
            var all = await session.EvaluateAsync(Resident).ConfigureAwait(false);
            var report = new Report(
                $"`Get-CivicQLog` over {Containers} containers that wrote {Text(Containers * Lines)} lines {(together ? "at the same time" : "one after the other")}, merged and parsed, against `docker compose logs`",
                Comparison.Ms(comparison.MedianA), Comparison.Ms(comparison.MedianB), FormattableString.Invariant($"{1 / comparison.Ratio:0.00} times as long"), "no slower");
            return together
                ?
                [
                    report,
                    new Report(
                        $"peak memory of that session, against after {Text(Containers * FewLines)} lines", FormattableString.Invariant($"{all:0} MB"), FormattableString.Invariant($"{few:0} MB"),
                        FormattableString.Invariant($"{all - few:+0;-0;0} MB"), "flat"),
                ]
                : [report];
        }
        finally
        {
            await Compose("down", "-t", "0").ConfigureAwait(false);
        }
    }

    // One awk a container: a shell's echo would take minutes. Those that write together begin at one moment and pause, so that all get their turn.
    private static string Stack(bool together)
    {
        var wait = together
            ? string.Create(CultureInfo.InvariantCulture, $"while [ $$(date +%s) -lt {DateTimeOffset.UtcNow.AddSeconds(20).ToUnixTimeSeconds()} ]; do sleep 1; done; ")
            : "";
        var pause = together ? """if (i % 250 == 0) { fflush(); system("usleep 20000") }""" : "";
        return $$"""
            services:
              backend:
                image: lab/busybox:latest
                network_mode: none
                command:
                  - sh
                  - -c
                  - {{wait}}awk 'BEGIN { for (i = 1; i <= {{Lines}}; i++) { printf "{\"level\":\"info\",\"timestamp\":\"2026-02-14T12:00:00.123456Z\",\"event\":\"request\",\"path\":\"/api/items/%d\",\"status\":200,\"user_id\":%d}\n", i, i % 97; {{pause}} } }'; sleep 100000
            """;
    }

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
