namespace CivicQ.Benchmarks;

/// <summary>A million lines of twenty containers, merged and parsed, against <c>docker compose logs</c>, which does neither. Needs <c>CIVICQ_LAB_DOCKER_HOST</c> (tests/Lab).</summary>
internal static class LogBenchmark
{
    private const int Containers = 20;
    private const int Lines = 50_000;
    private const string Project = "civicqlogbench";

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        if (Environment.GetEnvironmentVariable("CIVICQ_LAB_DOCKER_HOST") is not { Length: > 0 } host)
        {
            Console.Error.WriteLine("CIVICQ_LAB_DOCKER_HOST names no engine (tests/Lab/README.md): logs were not measured.");
            return [];
        }

        var folder = Directory.CreateTempSubdirectory("civicq-bench-");
        var file = Path.Combine(folder.FullName, "compose.yml");
        var cache = Environment.GetEnvironmentVariable("CIVICQ_LAB_CACHE") is { Length: > 0 } named ? named : "/var/cache/civicq-lab";
        var variables = new Dictionary<string, string> { ["DOCKER_HOST"] = host, ["DOCKER_CONFIG"] = Path.Combine(cache, "docker-config") };
        Task<string> Compose(params string[] arguments) => Shell.RunAsync("docker", ["compose", "-p", Project, "-f", file, .. arguments], variables);
        // One awk a container: a shell's echo would take minutes.
        await File.WriteAllTextAsync(file, $$"""
            services:
              backend:
                image: lab/busybox:latest
                network_mode: none
                command:
                  - sh
                  - -c
                  - awk 'BEGIN { for (i = 1; i <= {{Lines}}; i++) printf "{\"level\":\"info\",\"timestamp\":\"2026-02-14T12:00:00.123456Z\",\"event\":\"request\",\"path\":\"/api/items/%d\",\"status\":200,\"user_id\":%d}\n", i, i % 97 }'; sleep 100000
            """).ConfigureAwait(false);
        await Compose("up", "-d", "--scale", $"backend={Containers}").ConfigureAwait(false);
        try
        {
            // Written to the end, once the last line of each is there.
            while ((await Compose("logs", "--no-log-prefix", "--tail", "1").ConfigureAwait(false)).Split('\n').Count(line => line.Contains($"/{Lines}\"", StringComparison.Ordinal)) < Containers)
            {
                await Task.Delay(1000).ConfigureAwait(false);
            }

            using var session = new PwshSession($"{bench.SessionSetUp}; $env:DOCKER_HOST = '{host}'; $env:COMPOSE_PROJECT_NAME = '{Project}'");
            const string Resident = "[Diagnostics.Process]::GetCurrentProcess().PeakWorkingSet64 / 1MB";
            await session.MeasureAsync("Get-CivicQLog -Environment default -Tail 100 | Out-Null").ConfigureAwait(false);
            var before = await session.EvaluateAsync(Resident).ConfigureAwait(false);
            var comparison = await Comparison.RunAsync(
                3,
                () => session.MeasureAsync("Get-CivicQLog -Environment default | Out-Null"),
                () => Comparison.TimeAsync(() => Shell.RunAsync("sh", ["-c", "docker compose -p \"$0\" -f \"$1\" logs >/dev/null", Project, file], variables))).ConfigureAwait(false);
            var after = await session.EvaluateAsync(Resident).ConfigureAwait(false);
            return
            [
                new Report(
                    $"`Get-CivicQLog` over {Containers} containers with {Containers * Lines:N0} lines, merged and parsed, against `docker compose logs`",
                    Comparison.Ms(comparison.MedianA), Comparison.Ms(comparison.MedianB), $"{1 / comparison.Ratio:0.00} times as long; peak memory +{after - before:0} MB", "no slower, constant memory"),
            ];
        }
        finally
        {
            await Compose("down", "-t", "0").ConfigureAwait(false);
            folder.Delete(recursive: true);
        }
    }
}
