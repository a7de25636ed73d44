using System.Globalization;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Journal;

[Collection(LabCollection.Name)]
public sealed class GetCivicQJournalTests : IDisposable
{
    private readonly Workspace work = new();

    // Four entries: a and b registered, a register that fails, a unregistered.
    public GetCivicQJournalTests()
    {
        work.Run("Register-CivicQEnvironment a -SiteUrl https://a.example -Confirm:$false");
        work.Run("Register-CivicQEnvironment b -SiteUrl https://b.example -Confirm:$false");
        var config = work.ConfigFile;
        File.WriteAllText(Path.Combine(work.Folder, "file"), "in the way");
        work.Set("CIVICQ_CONFIG", Path.Combine(work.Folder, "file", "config"));
        work.Invoke("Register-CivicQEnvironment c -SiteUrl https://c.example -Confirm:$false");
        work.Set("CIVICQ_CONFIG", config);
        work.Run("Unregister-CivicQEnvironment a -Confirm:$false");
    }

    [Fact]
    public void Entries_come_oldest_first_with_who_what_and_how()
    {
        var entries = work.Entries();
        Assert.Equal(["1", "2", "3", "4"], entries.Select(entry => entry.Text("Sequence")));
        var first = entries[0];
        Assert.Equal("Register-CivicQEnvironment Succeeded", $"{first.Text("Cmdlet")} {first.Text("Outcome")}");
        Assert.Equal(["a"], (IEnumerable<string>)first.Get("Environment")!);
        Assert.Equal(Environment.UserName, first.Text("User"));
        Assert.Equal(Environment.MachineName, first.Text("Machine"));
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), first.Text("ProcessId"));
        Assert.Equal("https://a.example", ((IReadOnlyDictionary<string, string>)first.Get("Parameters")!)["SiteUrl"]);
        Assert.Equal(TimeSpan.Zero, ((DateTimeOffset)first.Get("Time")!).Offset);
        Assert.Equal(work.JournalFile, first.Text("Path"));
        Assert.Equal(["EnvironmentFileNotWritten"], (IEnumerable<string>)entries[2].Get("ErrorIds")!);
        Assert.Equal(entries.Select(entry => entry.Text("Hash")).SkipLast(1), entries.Skip(1).Select(entry => entry.Text("PreviousHash")));
    }

    [Theory]
    [InlineData("-Last 2", "3,4")]
    [InlineData("-Last 100", "1,2,3,4")]
    [InlineData("-Environment A", "1,4")]
    [InlineData("-Environment [ab]", "1,2,4")]
    [InlineData("-Environment nothing", "")]
    [InlineData("-Cmdlet Unregister-*", "4")]
    [InlineData("-Cmdlet register-civicqenvironment, Unregister-*", "1,2,3,4")]
    [InlineData("-Outcome Failed", "3")]
    [InlineData("-Outcome Failed, Succeeded -Last 1", "4")]
    [InlineData("-Outcome Stopped", "")]
    [InlineData("-Since 2000-01-01 -Until 2001-01-01", "")]
    [InlineData("-Since 2000-01-01", "1,2,3,4")]
    [InlineData("-Environment a -Last 1", "4")]
    [InlineData("| Where-Object Sequence -gt 2", "3,4")]
    [InlineData("| Select-Object -First 1", "1")]
    public void Entries_are_chosen(string parameters, string sequences) =>
        Assert.Equal(sequences, string.Join(',', work.Run("Get-CivicQJournal " + parameters).Texts("Sequence")));

    [Fact]
    public void The_limits_of_time_count_themselves_in()
    {
        var times = work.Entries().Select(entry => ((DateTimeOffset)entry.Get("Time")!).ToString("O", CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(["2", "3"], work.Run($"Get-CivicQJournal -Since {times[1]} -Until {times[2]}").Texts("Sequence"));
    }

    [Fact]
    public void Another_file_is_read_by_path_or_from_the_pipeline()
    {
        var copy = Path.Combine(work.Folder, "copy.jsonl");
        File.Copy(work.JournalFile, copy);
        Assert.Equal(4, work.Run($"Get-CivicQJournal {copy}").Output.Count);
        Assert.Equal(copy, work.Run($"Get-CivicQJournal -Path {copy} -Last 1").Texts("Path").Single());
        Assert.Equal(4, work.Run($"Test-CivicQJournal -Path {work.JournalFile} | Get-CivicQJournal").Output.Count);
    }

    [Fact]
    public void A_damaged_line_is_named_and_hides_no_other()
    {
        var lines = File.ReadAllLines(work.JournalFile);
        lines[1] = lines[1][..20];
        File.WriteAllLines(work.JournalFile, lines);
        var result = work.Invoke("Get-CivicQJournal");
        result.Failed("JournalEntryDamaged");
        Assert.Equal($"{work.JournalFile}:2", result.Errors[0].TargetObject);
        Assert.Equal(["1", "3", "4"], result.Texts("Sequence"));
        Assert.False(result.Terminated);
    }

    [Fact]
    public void Without_a_journal_nothing_was_changed_yet()
    {
        var path = Path.Combine(work.Folder, "none.jsonl");
        work.Set("CIVICQ_JOURNAL", path);
        var result = work.Run("Get-CivicQJournal -Verbose");
        Assert.Empty(result.Output);
        Assert.Contains(path, Assert.Single(result.Verbose), StringComparison.Ordinal);
        work.Invoke($"Get-CivicQJournal -Path {path}").Failed("JournalNotFound");
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("-Last 0")]
    [InlineData("-Outcome Nonsense")]
    [InlineData("-Since yesterdayish")]
    [InlineData("-Path ''")]
    public void A_wrong_command_line_runs_nothing(string parameters) => Assert.Equal(ExitCodes.Usage, work.Invoke("Get-CivicQJournal " + parameters).ExitCode);

    [Fact]
    public void Reading_writes_nothing()
    {
        var before = work.Snapshot();
        work.Run("Get-CivicQJournal -Verbose -Debug");
        Assert.Equal(before, work.Snapshot());
    }

    [Fact]
    public void It_can_be_stopped_between_two_entries()
    {
        using var stop = new CancellationTokenSource();
        var result = work.Session.Invoke("Get-CivicQJournal", sink: new TestSink { Output = _ => stop.Cancel() }, cancellationToken: stop.Token);
        Assert.True(result.Stopped);
        Assert.Equal(["1"], result.Texts("Sequence"));
        Assert.Empty(result.Errors);
    }

    public void Dispose() => work.Dispose();
}
