using System.Diagnostics;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

/// <summary>The tests' own engines, side by side.</summary>
public sealed class LabEngineTests
{
    private const int Bridges = 40;

    [SkippableFact]
    public async Task An_engine_that_stops_leaves_the_bridges_of_others()
    {
        // The shared engine takes its bridge before all names are taken here.
        await DockerLab.GetAsync();
        var lab = await DockerLab.OwnAsync();
        List<string> added = [];
        try
        {
            // Every name that an engine may take, so that whichever it took away would be missed.
            foreach (var name in Enumerable.Range(0, Bridges).Select(number => $"civicqlab{number}"))
            {
                if (await LinkAsync("add", name, "type", "bridge"))
                {
                    added.Add(name);
                }
            }

            await lab.StopAsync();

            foreach (var name in added)
            {
                Assert.True(await LinkAsync("show", name), $"{name} is gone.");
            }
        }
        finally
        {
            foreach (var name in added)
            {
                await LinkAsync("delete", name);
            }
        }
    }

    private static async Task<bool> LinkAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", ["link", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var reading = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await Task.WhenAll(reading.Item1, reading.Item2);
        return process.ExitCode == 0;
    }
}
