using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Lab;

/// <summary>The cmdlets of the lab where they change nothing, on the lab that all tests share; and their failures, in a state folder of their own.</summary>
[Collection(LabCollection.Name)]
public sealed class LabCommandTests : IDisposable
{
    private readonly Workspace work = new();

    private string OwnState()
    {
        var state = Path.Combine(work.Folder, "state");
        work.Set("CIVICQ_STATE", state);
        return state;
    }

    [Fact]
    public void Every_server_is_listed_with_what_an_operator_needs()
    {
        var result = work.Run("Get-CivicQLab");
        Assert.Equal(["Postgres", "Redis", "Api", "Celery", "PgBouncer"], result.Texts("Name"));
        foreach (var server in result.Output.Take(3))
        {
            Assert.Equal("lab Running", $"{server!.Text("Environment")} {server!.Text("Status")}");
            Assert.Contains("127.0.0.1:", server!.Text("Endpoint"), StringComparison.Ordinal);
            Assert.True(Directory.Exists($"/proc/{server!.Text("ProcessId")}"));
            Assert.True(server!.Get("MemoryBytes") is > 0L);
            Assert.True(File.Exists(server!.Text("LogFile")));
            Assert.Equal(TimeSpan.Zero, ((DateTimeOffset)server!.Get("StartedAt")!).Offset);
            Assert.Equal("", server!.Text("InstallCommand"));
        }

        Assert.Empty(work.JournalLines);
    }

    [Theory]
    [InlineData("Get-CivicQLab Redis", "Redis")]
    [InlineData("Get-CivicQLab -Name api, Postgres", "Postgres,Api")]
    [InlineData("Get-CivicQLab | Where-Object Name -eq Redis", "Redis")]
    public void Servers_are_chosen_by_name(string line, string names) => Assert.Equal(names, string.Join(',', work.Run(line).Texts("Name")));

    [Theory]
    [InlineData("Get-CivicQLab Nonsense")]
    [InlineData("Get-CivicQLab -WhatIf")]
    [InlineData("Stop-CivicQLab now -Confirm:$false")]
    [InlineData("Start-CivicQLab -Scale 1001 -Confirm:$false")]
    public void A_wrong_command_line_runs_nothing(string line)
    {
        Assert.Equal(ExitCodes.Usage, work.Invoke(line).ExitCode);
        Assert.Empty(work.JournalLines);
    }

    [Theory]
    [InlineData("Get-CivicQLab | Start-CivicQLab -WhatIf")]
    [InlineData("Start-CivicQLab -Force -Scale 5 -Exclude Celery -TimeoutSeconds 5 -WhatIf")]
    [InlineData("Stop-CivicQLab -WhatIf")]
    public void WhatIf_says_what_and_where_and_changes_nothing(string line)
    {
        var before = work.Run("Get-CivicQLab").Texts("ProcessId");
        var result = work.Invoke(line);
        if (line.StartsWith("Get-", StringComparison.Ordinal))
        {
            // Servers are no input of Start-CivicQLab.
            Assert.NotEmpty(result.Errors);
        }
        else
        {
            Assert.Empty(result.Errors);
            Assert.Contains(Path.Combine(Suite.Folder, "state", "lab"), Assert.Single(result.WhatIf), StringComparison.Ordinal);
        }

        Assert.Equal(before, work.Run("Get-CivicQLab").Texts("ProcessId"));
        Assert.Empty(work.JournalLines);
    }

    [Theory]
    [InlineData("Stop-CivicQLab -Confirm")]
    [InlineData("Start-CivicQLab -Force -Confirm")]
    public void A_no_leaves_the_lab_alone(string line)
    {
        var before = work.Run("Get-CivicQLab").Texts("ProcessId");
        var sink = new TestSink { Answer = _ => ConfirmationAnswer.No };
        Assert.Empty(work.Session.Invoke(line, sink: sink).Errors);
        Assert.Single(sink.Questions);
        Assert.Equal(before, work.Run("Get-CivicQLab").Texts("ProcessId"));
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void Without_a_lab_the_servers_are_stopped_and_there_is_no_environment()
    {
        var state = OwnState();
        Assert.All(work.Run("Get-CivicQLab").Texts("Status"), status => Assert.NotEqual("Running", status));
        Assert.Empty(work.Run("Get-CivicQEnvironment lab*").Output);
        work.Invoke("Get-CivicQEnvironment lab").Failed("EnvironmentNotFound");
        Assert.False(Directory.Exists(state));
    }

    [Fact]
    public void A_damaged_state_is_named_and_cleared_by_a_stop()
    {
        var state = OwnState();
        Directory.CreateDirectory(Path.Combine(state, "lab"));
        File.WriteAllText(Path.Combine(state, "lab", "state.json"), "{\"id\": ");
        work.Invoke("Get-CivicQLab").Failed("LabStateInvalid");
        work.Run("Stop-CivicQLab -Confirm:$false");
        Assert.False(Directory.Exists(Path.Combine(state, "lab")));
        Assert.Equal("Stop-CivicQLab Succeeded", work.Entries().Select(entry => $"{entry.Text("Cmdlet")} {entry.Text("Outcome")}").Single());
    }

    [Theory]
    [InlineData("Start-CivicQLab -Confirm:$false")]
    [InlineData("Stop-CivicQLab -Confirm:$false")]
    public void While_another_process_starts_or_stops_it_nobody_else_does(string line)
    {
        var state = OwnState();
        Directory.CreateDirectory(state);
        using (new FileStream(Path.Combine(state, "lab.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            work.Invoke(line).Failed("LabBusy");
        }

        Assert.False(Directory.Exists(Path.Combine(state, "lab")));
        Assert.Equal(["Failed"], work.Entries().Select(entry => entry.Text("Outcome")));
    }

    [Theory]
    [InlineData("Start-CivicQLab -Confirm:$false")]
    [InlineData("Stop-CivicQLab -Confirm:$false")]
    public void A_state_folder_that_cannot_be_made_is_an_error_of_the_catalogue(string line)
    {
        File.WriteAllText(Path.Combine(work.Folder, "file"), "in the way");
        work.Set("CIVICQ_STATE", Path.Combine(work.Folder, "file", "state"));
        var result = work.Invoke(line);
        result.Failed("LabFolderNotWritable");
        Assert.Contains("in the way", File.ReadAllText(Path.Combine(work.Folder, "file")), StringComparison.Ordinal);
        Assert.Equal(["Failed"], work.Entries().Select(entry => entry.Text("Outcome")));
    }

    [Theory]
    [InlineData("Start-CivicQLab -Confirm:$false")]
    [InlineData("Stop-CivicQLab -Confirm:$false")]
    [InlineData("Get-CivicQLab")]
    public void Stopped_before_it_began_it_does_nothing(string line)
    {
        var state = OwnState();
        var result = work.Invoke(line, new CancellationToken(canceled: true));
        Assert.True(result.Stopped);
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(state));
        Assert.Empty(work.JournalLines);
    }

    public void Dispose() => work.Dispose();
}
