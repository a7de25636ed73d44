using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Lab;

/// <summary>Labs of their own, through the command <c>civicq</c> in processes of their own.</summary>
[UnsupportedOSPlatform("windows")]
public class LabLifeTests
{
    [Fact]
    public async Task A_lab_lives_in_its_folder_and_leaves_nothing_behind()
    {
        await using var lab = new OwnLab();
        var started = await lab.Command.RunAsync("--output", "json", "Start-CivicQLab", "-Exclude", "Celery", "-Verbose", "-Debug", "-Confirm:$false");
        Assert.True(started.ExitCode == 0, started.Error);
        var servers = JsonNode.Parse(started.Output)!.AsArray();
        Assert.Equal(["Postgres Running", "Redis Running", "Api Running", "Celery Stopped", "PgBouncer Running"], servers.Select(Status));
        Assert.NotEmpty(lab.Processes());

        // Its secrets are in its folder and nowhere else.
        var secrets = Directory.EnumerateFiles(Path.Combine(lab.Folder, "secrets")).Select(File.ReadAllText).ToList();
        Assert.Equal(4, secrets.Count);
        var written = started.Output + started.Error + await File.ReadAllTextAsync(lab.JournalFile) + await File.ReadAllTextAsync(lab.StateFile) + CommandLines();
        Assert.All(secrets, secret => Assert.DoesNotContain(secret.Trim(), written, StringComparison.Ordinal));

        // A second start leaves it alone.
        var again = await lab.Command.RunAsync("--output", "json", "Start-CivicQLab", "-Confirm:$false");
        Assert.Contains("runs already", again.Error, StringComparison.Ordinal);
        Assert.Equal(servers.Select(Id), JsonNode.Parse(again.Output)!.AsArray().Select(Id));

        // What was killed is seen.
        using (var redis = Process.GetProcessById((int)servers[1]!["ProcessId"]!))
        {
            redis.Kill();
            await redis.WaitForExitAsync();
        }

        var seen = await lab.Command.RunAsync("--output", "json", "Get-CivicQLab", "-Name", "Redis, Api");
        var now = JsonNode.Parse(seen.Output)!.AsArray();
        Assert.Equal(["Redis Stopped", "Api Running"], now.Select(Status));
        Assert.Contains("killed", now[0]!["Detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("no longer runs: Redis", (await lab.Command.RunAsync("Start-CivicQLab", "-Confirm:$false")).Error, StringComparison.Ordinal);

        // Stopping what if, and stopping.
        var before = lab.Processes();
        var whatIf = await lab.Command.RunAsync("Stop-CivicQLab", "-WhatIf");
        Assert.Contains($"all servers of the lab and their data in {lab.Folder}", whatIf.Output + whatIf.Error, StringComparison.Ordinal);
        Assert.Equal(before.Order(), lab.Processes().Order());
        var state = JsonNode.Parse(await File.ReadAllTextAsync(lab.StateFile))!;
        var stopped = await lab.Command.RunAsync("Stop-CivicQLab", "-Confirm:$false");
        Assert.True(stopped.ExitCode == 0, stopped.Error);
        Assert.Empty(lab.Processes());
        Assert.False(Directory.Exists(lab.Folder));
        Assert.False(Directory.Exists(state["postgresFolder"]!.GetValue<string>()));
        Assert.Equal(
            ["Start-CivicQLab Succeeded", "Start-CivicQLab Succeeded", "Start-CivicQLab Succeeded", "Stop-CivicQLab Succeeded"], lab.JournalOutcomes);
        var none = await lab.Command.RunAsync("Stop-CivicQLab", "-Verbose", "-Confirm:$false");
        Assert.Equal(0, none.ExitCode);
        Assert.Contains("There was no lab.", none.Output + none.Error, StringComparison.Ordinal);
        Assert.Contains("True", (await lab.Command.RunAsync("Test-CivicQJournal", "-Quiet")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Force_starts_anew()
    {
        await using var lab = new OwnLab();
        string[] start = ["--output", "json", "Start-CivicQLab", "-Exclude", "Postgres, Api, Celery", "-TimeoutSeconds", "30", "-Confirm:$false"];
        var first = JsonNode.Parse((await lab.Command.RunAsync(start)).Output)!.AsArray();
        Assert.Equal(["Postgres Stopped", "Redis Running", "Api Stopped", "Celery Stopped", "PgBouncer Stopped"], first.Select(Status));
        var marker = Path.Combine(lab.Folder, "marker");
        await File.WriteAllTextAsync(marker, "of the first lab");
        var second = JsonNode.Parse((await lab.Command.RunAsync([.. start, "-Force", "-Scale", "2"])).Output)!.AsArray();
        Assert.Equal(first.Select(Status), second.Select(Status));
        Assert.NotEqual(Id(first[1]), Id(second[1]));
        // A zombie that its parent has not reaped yet runs no more.
        var stat = $"/proc/{Id(first[1])}/stat";
        Assert.True(!File.Exists(stat) || (await File.ReadAllTextAsync(stat)).Contains(") Z ", StringComparison.Ordinal), "The first Redis still runs.");
        Assert.False(File.Exists(marker));
        Assert.Equal(["Start-CivicQLab Succeeded", "Start-CivicQLab Succeeded"], lab.JournalOutcomes);
    }

    [Fact]
    public async Task A_start_that_is_interrupted_leaves_nothing()
    {
        await using var lab = new OwnLab();
        using var process = lab.Command.Start("Start-CivicQLab", "-Exclude", "Celery", "-Confirm:$false");
        while (!File.Exists(lab.StateFile) && !process.HasExited)
        {
            await Task.Delay(20);
        }

        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        var ended = await CivicQProcess.EndAsync(process);
        Assert.Equal(ExitCodes.Stopped, ended.ExitCode);
        Assert.Empty(lab.Processes());
        Assert.False(Directory.Exists(lab.Folder));
        Assert.Equal(["Start-CivicQLab Stopped"], lab.JournalOutcomes);
    }

    [Theory]
    [InlineData(0, "-WhatIf")]
    [InlineData(2, "-Scale", "0", "-Confirm:$false")]
    [InlineData(2, "-Exclude", "Nonsense", "-Confirm:$false")]
    [InlineData(2, "-TimeoutSeconds", "0", "-Confirm:$false")]
    public async Task What_if_and_a_wrong_command_line_start_nothing(int exitCode, params string[] words)
    {
        await using var lab = new OwnLab();
        Assert.Equal(exitCode, (await lab.Command.RunAsync(["Start-CivicQLab", .. words])).ExitCode);
        Assert.Empty(lab.Processes());
        Assert.False(Directory.Exists(lab.StateFolder));
        Assert.Empty(lab.JournalOutcomes);
    }

    private static string Status(JsonNode? server) => $"{server!["Name"]} {server["Status"]}";

    private static string Id(JsonNode? server) => $"{server!["ProcessId"]}";

    private static string CommandLines() => string.Concat(Process.GetProcesses().Select(process =>
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }));
}
