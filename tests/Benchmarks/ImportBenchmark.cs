namespace CivicQ.Benchmarks;

/// <summary>What importing the module adds to the start of pwsh.</summary>
internal static class ImportBenchmark
{
    public static async Task<IEnumerable<Report>> RunAsync(Workbench bench)
    {
        // PowerShell's own work for any module at all, so that the module's share can be seen.
        var empty = Path.Combine(bench.Folder, "Empty.psd1");
        await File.WriteAllTextAsync(empty, "@{ ModuleVersion = '1.0'; GUID = '0c1f0d57-8b1c-4f0c-9d0c-6a5f4f4b1c11'; CmdletsToExport = @(); FunctionsToExport = @() }").ConfigureAwait(false);
        var import = $"Import-Module '{bench.Manifest}'";
        Task<double> Start(string command) => Comparison.TimeAsync(() => Shell.RunAsync("pwsh", ["-NoProfile", "-NonInteractive", "-Command", command]));
        var comparison = await Comparison.RunAsync(15, () => Start("$null"), () => Start(import)).ConfigureAwait(false);
        var nothing = await Comparison.RunAsync(15, () => Start("$null"), () => Start($"Import-Module '{empty}'")).ConfigureAwait(false);
        var loaded = await Shell.RunAsync(
            "pwsh",
            ["-NoProfile", "-NonInteractive", "-Command", $"{import}; ([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object Location -like '*dependencies*').ForEach{{ $_.GetName().Name }} -join ', '"]).ConfigureAwait(false);
        return
        [
            new Report(
                "`Import-Module CivicQ.Ops`, over bare `pwsh`", Comparison.Ms(comparison.MedianB), Comparison.Ms(comparison.MedianA),
                $"+{Comparison.Ms(comparison.Difference)}; an empty manifest +{Comparison.Ms(nothing.Difference)}", $"under 60 ms; assemblies loaded from `dependencies`: {loaded.Trim()}"),
        ];
    }
}
