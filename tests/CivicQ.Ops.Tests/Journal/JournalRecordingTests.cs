using System.Globalization;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Journal;

/// <summary>What the base class writes down: one entry a run that changes something, and none otherwise.</summary>
[Collection(LabCollection.Name)]
public sealed class JournalRecordingTests : IDisposable
{
    private const string Secret = "PLANTED-journal-4711";
    private readonly Workspace work = new();

    private string Outcomes() => string.Join(' ', work.Entries().Select(entry => entry.Text("Outcome")));

    [Theory]
    [InlineData("Connect-CivicQ default")]
    [InlineData("Disconnect-CivicQ")]
    [InlineData("Get-CivicQEnvironment")]
    [InlineData("Test-CivicQEnvironment lab")]
    [InlineData("Get-CivicQLab")]
    [InlineData("Get-CivicQHealth -Environment lab -Component Database")]
    [InlineData("Get-CivicQJournal")]
    [InlineData("Test-CivicQJournal")]
    [InlineData("Register-CivicQEnvironment a -SiteUrl https://a.example -WhatIf")]
    [InlineData("Register-CivicQEnvironment 'a b' -SiteUrl https://a.example -Confirm:$false")]
    public void What_changes_nothing_writes_no_entry(string line)
    {
        work.Invoke(line);
        Assert.Equal("", work.Snapshot());
    }

    [Theory]
    [InlineData("a -SiteUrl https://a.example", "Succeeded")]
    [InlineData("a -SiteUrl https://a.example -Force -PassThru", "Succeeded")]
    public void A_run_that_went_well_is_one_entry(string parameters, string outcome)
    {
        work.Run($"Register-CivicQEnvironment {parameters} -Confirm:$false");
        Assert.Equal(outcome, Outcomes());
        Assert.Single(work.JournalLines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-ErrorAction Stop")]
    [InlineData("-ErrorAction Ignore")]
    public void A_run_that_failed_is_one_entry_however_errors_are_taken(string action)
    {
        File.WriteAllText(Path.Combine(work.Folder, "config"), "in the way");
        work.Invoke($"Register-CivicQEnvironment a -SiteUrl https://a.example -Confirm:$false {action}");
        Assert.Equal("Failed", Outcomes());
        Assert.Equal(["EnvironmentFileNotWritten"], (IEnumerable<string>)work.Entries()[0].Get("ErrorIds")!);
    }

    [Fact]
    public void A_run_of_which_some_failed_is_one_entry()
    {
        work.Configure(("a", """{"site": {"url": "https://a.example"}}"""), ("b", """{"site": {"url": "https://b.example"}}"""));
        work.Invoke("Unregister-CivicQEnvironment a, nothing, b -Confirm:$false").Failed("EnvironmentNotFound");
        Assert.Equal("PartlyFailed", Outcomes());
    }

    [Fact]
    public void A_run_that_was_stopped_is_one_entry()
    {
        work.Configure(("a", """{"site": {"url": "https://a.example"}}"""), ("b", """{"site": {"url": "https://b.example"}}"""));
        using var stop = new CancellationTokenSource();
        var result = work.Session.Invoke(
            "Get-CivicQEnvironment a, b | Register-CivicQEnvironment -Force -PassThru -Confirm:$false",
            sink: new TestSink { Output = _ => stop.Cancel() }, cancellationToken: stop.Token);
        Assert.True(result.Stopped);
        Assert.Equal("Stopped", Outcomes());
        Assert.Single((IEnumerable<object>)work.Entries()[0].Get("Changes")!);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public void Without_a_journal_nothing_is_changed(string inTheWay)
    {
        work.Configure(("a", """{"site": {"url": "https://a.example"}}"""));
        var journal = Path.Combine(work.Folder, "place", "journal.jsonl");
        if (inTheWay == "file")
        {
            File.WriteAllText(Path.Combine(work.Folder, "place"), "in the way");
        }
        else
        {
            Directory.CreateDirectory(journal);
        }

        work.Set("CIVICQ_JOURNAL", journal);
        var (config, processes) = (File.ReadAllText(work.ConfigFile), work.Run("Get-CivicQLab").Texts("ProcessId"));
        work.Invoke("Register-CivicQEnvironment b -SiteUrl https://b.example -Confirm:$false").Failed("JournalUnavailable");
        work.Invoke("Unregister-CivicQEnvironment a -Confirm:$false").Failed("JournalUnavailable");
        work.Invoke("Start-CivicQLab -Force -Confirm:$false").Failed("JournalUnavailable");
        work.Invoke("Stop-CivicQLab -Confirm:$false").Failed("JournalUnavailable");
        Assert.Equal(config, File.ReadAllText(work.ConfigFile));
        Assert.Equal(processes, work.Run("Get-CivicQLab").Texts("ProcessId"));
        Assert.Equal(ExitCodes.Success, work.Invoke("Test-CivicQEnvironment lab").ExitCode);
    }

    [Fact]
    public void Parameters_are_written_without_secrets()
    {
        work.Set("CIVICQ_TEST_SECRET", Secret);
        work.Run($"Register-CivicQEnvironment a -Description 'password={Secret}' -DatabaseUrl env:CIVICQ_TEST_SECRET -ApiUrl https://a.example -ApiToken env:CIVICQ_TEST_SECRET -Verbose -Debug -Confirm:$false");
        Assert.DoesNotContain(Secret, File.ReadAllText(work.JournalFile), StringComparison.Ordinal);
        var parameters = (IReadOnlyDictionary<string, string>)work.Entries()[0].Get("Parameters")!;
        Assert.Equal("***", parameters["ApiToken"]);
        Assert.Equal("https://a.example", parameters["ApiUrl"]);
    }

    [Fact]
    public void Entries_of_one_session_have_a_name_in_common()
    {
        work.Run("Register-CivicQEnvironment a -SiteUrl https://a.example -Confirm:$false");
        work.Run("Unregister-CivicQEnvironment a -Confirm:$false");
        Assert.Single(work.Entries().Select(entry => entry.Text("CorrelationId").Split('-')[0]).Distinct());
    }

    [Fact]
    public async Task Twenty_sessions_at_once_write_one_unbroken_chain()
    {
        var sessions = Enumerable.Range(0, 20).Select(_ => Suite.Open()).ToList();
        try
        {
            var results = await Task.WhenAll(sessions.Select((session, number) => session.InvokeAsync(
                string.Create(CultureInfo.InvariantCulture, $"Register-CivicQEnvironment s{number} -SiteUrl https://s{number}.example -Confirm:$false"))));
            Assert.All(results, result => Assert.Empty(result.Errors));
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }

        var test = work.Run("Test-CivicQJournal").Output.Single()!;
        Assert.Equal("True 20 1 20", $"{test.Text("Passed")} {test.Text("Entries")} {test.Text("FirstSequence")} {test.Text("LastSequence")}");
        Assert.Equal(20, work.Run("Get-CivicQEnvironment s*").Output.Count);
        Assert.Equal(20, work.Entries().SelectMany(entry => (IEnumerable<string>)entry.Get("Environment")!).Distinct().Count());
    }

    public void Dispose() => work.Dispose();
}
