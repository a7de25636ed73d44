namespace CivicQ.Benchmarks;

/// <summary>Five hundred certificates against the manual's openssl pipeline in a loop.</summary>
internal static class CertificateBenchmark
{
    private const int Endpoints = 500;

    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        await using var farm = await TlsFarm.StartAsync(Endpoints, bench.Folder).ConfigureAwait(false);
        var list = Path.Combine(bench.Folder, "endpoints.txt");
        await File.WriteAllLinesAsync(list, farm.Ports.Select(port => $"localhost:{port}")).ConfigureAwait(false);
        const string Loop = """
            while read -r endpoint; do
              echo | openssl s_client -servername localhost -connect "$endpoint" 2>/dev/null | openssl x509 -noout -dates
            done <"$1" | grep -c notAfter
            """;
        using var session = new PwshSession(bench.SessionSetUp + $"; $endpoints = Get-Content -LiteralPath '{list}'");
        var comparison = await Comparison.RunAsync(
            3,
            () => session.MeasureAsync("Test-CivicQCertificate -Endpoint $endpoints"),
            () => Comparison.TimeAsync(async () =>
            {
                var answered = await Shell.RunAsync("bash", ["-c", Loop, "bash", list]).ConfigureAwait(false);
                if (answered.Trim() != $"{Endpoints}")
                {
                    throw new InvalidOperationException("The openssl loop read " + answered);
                }
            })).ConfigureAwait(false);
        return
        [
            new Report(
                $"`Test-CivicQCertificate` over {Endpoints} endpoints, against the manual's `openssl s_client` loop", Comparison.Ms(comparison.MedianA),
                Comparison.Ms(comparison.MedianB), $"{comparison.Ratio:0} times faster", "50 times"),
        ];
    }
}
