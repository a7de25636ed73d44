using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Drills;

/// <summary>The drills' cmdlets where they refuse, ask, and fail.</summary>
[Collection(LabCollection.Name)]
public sealed class DrillCommandTests : IDisposable
{
    private readonly Workspace work = new();

    [Fact]
    public void All_drills_are_listed_with_what_finds_and_mends_them()
    {
        var drills = work.Run("Get-CivicQDrill -Available");
        Assert.Equal(
            [
                "IdleConnections", "LockChain", "SlowQuery", "Deadlock", "DeadTuples", "InvalidIndex", "ReplicaLag", "TransactionAge", "DroppedTable", "CorruptedBackup",
                "CrashedContainer", "CrashLoop", "ImagePull", "StuckRollout", "OomKill", "UnreadyProbe", "MemoryPressure",
                "DeletedObject", "OverwrittenObject", "BucketRefusing", "ExpiredStorageCredential",
            ], drills.Texts("Name"));
        Assert.All(drills.Output, drill =>
        {
            Assert.Contains("Get-CivicQ", drill!.Text("Hint"), StringComparison.Ordinal);
            Assert.Contains(" | ", drill!.Text("Remedy"), StringComparison.Ordinal);
            Assert.Equal("False", drill!.Text("IsStarted"));
            Assert.NotEqual("", drill!.Text("Symptom"));
            Assert.NotEqual("", drill!.Text("Injection"));
            Assert.NotEqual("", drill!.Text("Source"));
        });
        Assert.Equal(["LockChain"], work.Run("Get-CivicQDrill lockchain -Available").Texts("Name"));
        Assert.Empty(work.JournalLines);
    }

    [Theory]
    [InlineData("Start-CivicQDrill LockChain -Environment production")]
    [InlineData("Stop-CivicQDrill -Environment default")]
    [InlineData("Get-CivicQDrill -Environment lab-replica")]
    public void Other_environments_are_refused(string line)
    {
        work.Configure(("production", "{\"database\": {\"host\": \"127.0.0.1\", \"name\": \"civicq\"}}"));
        work.Invoke(line).Failed("DrillOutsideLab");
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void Another_environment_that_is_called_lab_is_not_meant()
    {
        work.Configure(("lab", "{\"database\": {\"host\": \"127.0.0.1\", \"port\": 1, \"name\": \"production\"}}"));
        var shown = Assert.Single(work.Run("Start-CivicQDrill LockChain -WhatIf").WhatIf);
        Assert.DoesNotContain("127.0.0.1:1:", shown, StringComparison.Ordinal);
        Assert.Contains(Servers.LabParts.Port("Postgres").ToString(System.Globalization.CultureInfo.InvariantCulture), shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Start-CivicQDrill Nonsense", "DrillNotFound")]
    [InlineData("Stop-CivicQDrill Nonsense", "DrillNotFound")]
    [InlineData("Stop-CivicQDrill LockChain", "DrillNotStarted")]
    [InlineData("Get-CivicQDrill LockChain", "DrillNotStarted")]
    [InlineData("Start-CivicQDrill OomKill", "DrillNoServices")]
    [InlineData("Start-CivicQDrill ImagePull -WhatIf", "DrillNoServices")]
    public void What_is_not_there_is_an_error(string line, string id)
    {
        work.Invoke(line).Failed(id);
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void None_started_is_nothing_to_tell_and_nothing_to_stop()
    {
        Assert.Empty(work.Run("Get-CivicQDrill").Output);
        Assert.Empty(work.Run("Stop-CivicQDrill").Output);
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void WhatIf_and_a_no_start_nothing()
    {
        Assert.Equal(2, work.Run("Start-CivicQDrill LockChain, DeadTuples -WhatIf").WhatIf.Count);
        var sink = new TestSink { Answer = _ => ConfirmationAnswer.No };
        Assert.Empty(work.Session.Invoke("Start-CivicQDrill LockChain -Confirm", sink: sink).Errors);
        Assert.Single(sink.Questions);
        Assert.Empty(work.Run("Get-CivicQDrill").Output);
        Assert.Empty(work.JournalLines);
    }

    [Fact]
    public void Several_are_started_once_and_stopped_through_the_pipeline()
    {
        try
        {
            Assert.Equal(["DeadTuples", "InvalidIndex"], work.Run("Get-CivicQDrill -Available DeadTuples, InvalidIndex | Start-CivicQDrill -TimeoutSeconds 180").Texts("Name"));
            work.Invoke("Start-CivicQDrill DeadTuples").Failed("DrillAlreadyStarted");
            Assert.Equal(["True", "False"], work.Run("Get-CivicQDrill -Available DeadTuples, LockChain").Texts("IsStarted"));
            Assert.Equal(2, work.Run("Stop-CivicQDrill -WhatIf").WhatIf.Count);
            Assert.Equal(["DeadTuples", "InvalidIndex"], work.Run("Get-CivicQDrill | Stop-CivicQDrill").Texts("Name"));
            Assert.Equal(["Start-CivicQDrill Succeeded", "Stop-CivicQDrill Succeeded"], work.Entries().Select(entry => $"{entry.Text("Cmdlet")} {entry.Text("Outcome")}"));
            Assert.All(work.Entries(), entry => Assert.Equal("lab", string.Join(',', ((IEnumerable<string>)entry.Get("Environment")!))));
        }
        finally
        {
            work.Invoke("Stop-CivicQDrill");
        }
    }

    [Fact]
    public void Without_a_lab_there_is_no_drill()
    {
        var state = Path.Combine(work.Folder, "state");
        work.Set("CIVICQ_STATE", state);
        work.Invoke("Start-CivicQDrill LockChain").Failed("DrillLabNotRunning");
        work.Invoke("Start-CivicQDrill OomKill").Failed("DrillLabNotRunning");
        Assert.Empty(work.Run("Get-CivicQDrill").Output);
        Assert.Equal(21, work.Run("Get-CivicQDrill -Available").Output.Count);
        Assert.False(Directory.Exists(state));
    }

    public void Dispose() => work.Dispose();
}
