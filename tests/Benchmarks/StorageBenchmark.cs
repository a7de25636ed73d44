using CivicQ.Tests;

namespace CivicQ.Benchmarks;

/// <summary>
/// Adding up 200,000 objects, against <c>aws s3 ls --recursive --summarize</c>. The server answers from memory after 30 ms, as a bucket in the
/// same region does; a real one could not be filled within a benchmark's time.
/// </summary>
internal static class StorageBenchmark
{
    private const int Objects = 200_000;
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(30);

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        if (Shell.Find("aws") is not { } aws)
        {
            Console.Error.WriteLine("The aws command line is not on the PATH: storage was not measured.");
            return [];
        }

        var reports = new List<Report>();
        var shapes = new (string Name, Func<int, string> Key)[]
        {
            ("in 40 folders", i => $"media/{i % 40:D2}/{i:D7}.jpg"),
            ("in one folder", i => $"videos/{i:D8}.mp4"),
        };
        var variables = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = "key", ["AWS_SECRET_ACCESS_KEY"] = "secret", ["AWS_DEFAULT_REGION"] = "us-east-1" };
        foreach (var (shape, key) in shapes)
        {
            var server = new ListingServer(Enumerable.Range(0, Objects).Select(key), RoundTrip);
            await using var closing = server.ConfigureAwait(false);
            var config = Path.Combine(bench.Folder, "storage.json");
            await File.WriteAllTextAsync(config, $$"""
                {"environments": {"listing": {"storage": {"endpoint": "{{server.Endpoint}}", "pathStyle": true, "buckets": ["bucket"], "accessKey": "env:AWS_ACCESS_KEY_ID", "secretKey": "env:AWS_SECRET_ACCESS_KEY"} } } }
                """).ConfigureAwait(false);
            using var session = new PwshSession(
                $"{bench.SessionSetUp}; $env:CIVICQ_CONFIG = '{config}'; $env:AWS_ACCESS_KEY_ID = 'key'; $env:AWS_SECRET_ACCESS_KEY = 'secret'");
            const string Resident = "& { [GC]::Collect(); [Diagnostics.Process]::GetCurrentProcess().WorkingSet64 / 1MB }";
            var counted = await session.EvaluateAsync("(Get-CivicQStorage -Environment listing).Objects").ConfigureAwait(false);
            if (counted != Objects)
            {
                throw new InvalidOperationException($"{counted} objects were counted, not {Objects}.");
            }

            var before = await session.EvaluateAsync(Resident).ConfigureAwait(false);
            var comparison = await Comparison.RunAsync(
                3,
                () => session.MeasureAsync("Get-CivicQStorage -Environment listing | Out-Null"),
                () => Comparison.TimeAsync(() => Shell.RunAsync(
                    "sh", ["-c", "\"$0\" --endpoint-url \"$1\" s3 ls s3://bucket --recursive --summarize | tail -2", aws, server.Endpoint.ToString()], variables))).ConfigureAwait(false);
            var after = await session.EvaluateAsync(Resident).ConfigureAwait(false);
            reports.Add(new Report(
                $"`Get-CivicQStorage` over {Objects:N0} objects {shape}, 30 ms away, against `aws s3 ls --recursive --summarize`",
                Comparison.Ms(comparison.MedianA), Comparison.Ms(comparison.MedianB), $"{comparison.Ratio:0.0} times faster; resident memory {after - before:+0;-0} MB after four runs", "5 times"));
        }

        return reports;
    }
}
