namespace CivicQ.Benchmarks;

/// <summary>What importing the module adds to the start of pwsh.</summary>
internal static class ImportBenchmark
{
    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        var import = $"Import-Module '{bench.Manifest}'";
        var comparison = await Comparison.RunAsync(
            15,
            () => Comparison.TimeAsync(() => Shell.RunAsync("pwsh", ["-NoProfile", "-NonInteractive", "-Command", "$null"])),
            () => Comparison.TimeAsync(() => Shell.RunAsync("pwsh", ["-NoProfile", "-NonInteractive", "-Command", import]))).ConfigureAwait(false);
        var loaded = await Shell.RunAsync(
            "pwsh",
            ["-NoProfile", "-NonInteractive", "-Command", $"{import}; ([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object Location -like '*dependencies*').ForEach{{ $_.GetName().Name }} -join ', '"]).ConfigureAwait(false);
        return
        [
            new Report(
                "`Import-Module CivicQ.Ops`, over bare `pwsh`", Comparison.Ms(comparison.MedianB), Comparison.Ms(comparison.MedianA),
                "+" + Comparison.Ms(comparison.Difference), $"under 60 ms; assemblies loaded from `dependencies`: {loaded.Trim()}"),
        ];
    }
}
