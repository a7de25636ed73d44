using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Drills;

/// <summary>Drills outlive the process that started them, and end with the lab.</summary>
[UnsupportedOSPlatform("windows")]
public class DrillLifeTests
{
    [Fact]
    public async Task A_drill_outlives_its_shell_and_ends_with_the_lab()
    {
        await using var lab = new OwnLab();
        await RunAsync(lab, "Start-CivicQLab -Exclude Redis, Api, Celery -TimeoutSeconds 180 -Confirm:$false");
        var started = await RunAsync(lab, "Start-CivicQDrill LockChain, ReplicaLag -TimeoutSeconds 180 -Verbose -Confirm:$false");
        Assert.Equal(["LockChain", "ReplicaLag"], started.Select(drill => (string?)drill!["Name"]));

        // Another process sees both, and mends one.
        var seen = await RunAsync(lab, "Get-CivicQDrill");
        Assert.Equal(["LockChain True False", "ReplicaLag True False"], seen.Select(drill => $"{drill!["Name"]} {drill["Detected"]!.GetValue<bool>()} {drill["Resolved"]!.GetValue<bool>()}"));
        await RunAsync(lab, "Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession");
        var mended = await RunAsync(lab, "Get-CivicQDrill", "LockChain");
        Assert.Equal("Stop-CivicQDatabaseSession", (string?)mended[0]!["ResolvedBy"]);

        // The passwords are in files of their owner's, and nowhere else.
        var secrets = Directory.EnumerateFiles(Path.Combine(lab.Folder, "secrets")).Select(File.ReadAllText).ToList();
        var written = (await File.ReadAllTextAsync(lab.JournalFile)) + started.ToJsonString() + string.Concat(lab.Processes().Select(CommandLine));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret.Trim(), written, StringComparison.Ordinal));

        var state = JsonNode.Parse(await File.ReadAllTextAsync(lab.StateFile))!;
        await RunAsync(lab, "Stop-CivicQLab", "-Confirm:$false");
        Assert.Empty(lab.Processes());
        Assert.False(Directory.Exists(lab.Folder));
        Assert.False(Directory.Exists(state["postgresFolder"]!.GetValue<string>()));
    }

    private static async Task<JsonArray> RunAsync(OwnLab lab, params string[] words)
    {
        var result = await lab.Command.RunAsync(["--output", "json", .. words]);
        Assert.True(result.ExitCode == 0, result.Error);
        return string.IsNullOrWhiteSpace(result.Output) ? [] : JsonNode.Parse(result.Output)!.AsArray();
    }

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
