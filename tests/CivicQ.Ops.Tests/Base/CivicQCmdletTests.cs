using System.Management.Automation;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Base;

/// <summary>What every cmdlet has from its base, seen through cmdlets that show it best.</summary>
[Collection(LabCollection.Name)]
public sealed class CivicQCmdletTests : IDisposable
{
    private const string Silent = """{"timeoutSeconds": 600, "cache": {"host": "127.0.0.1", "port": 1}, "database": {"host": "127.0.0.1", "port": PORT, "name": "civicq", "user": "civicq", "sslMode": "disable"}}""";
    private readonly Workspace work = new();

    // A journal of many entries: one line again and again, which reading does not mind.
    private string LongJournal(int entries)
    {
        work.Run("Register-CivicQEnvironment a -SiteUrl https://a.example -Confirm:$false");
        var path = Path.Combine(work.Folder, "long.jsonl");
        File.WriteAllLines(path, Enumerable.Repeat(work.JournalLines[0], entries));
        return path;
    }

    [Fact]
    public void Output_arrives_while_the_work_goes_on()
    {
        using var stop = new CancellationTokenSource();
        using var server = new CountingServer(_ => { });
        work.Configure(("one", Silent.Replace("PORT", $"{server.Port}", StringComparison.Ordinal)));

        // The database stays silent for ten minutes; the cache's results come at once, and end it.
        var result = work.Session.Invoke("Test-CivicQEnvironment one", sink: new TestSink { Output = _ => stop.Cancel() }, cancellationToken: stop.Token);
        Assert.True(result.Stopped);
        Assert.Equal(["Cache"], result.Texts("Component"));
    }

    [Fact]
    public void More_objects_than_may_wait_all_arrive()
    {
        var path = LongJournal(2000);
        Assert.Equal(2000, work.Run($"Get-CivicQJournal {path}").Output.Count);
    }

    [Fact]
    public void A_pipeline_that_has_enough_ends_the_work()
    {
        var path = LongJournal(2000);
        var result = work.Run($"Get-CivicQJournal {path} | Select-Object -First 3");
        Assert.Equal(3, result.Output.Count);
        Assert.False(result.Stopped);
        Assert.Equal(ExitCodes.Success, result.ExitCode);
    }

    [Fact]
    public void A_stopped_pipeline_writes_no_error_and_the_session_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var result = work.Session.Invoke($"Get-CivicQJournal {LongJournal(2000)}", sink: new TestSink { Output = _ => stop.Cancel() }, cancellationToken: stop.Token);
        Assert.Equal(ExitCodes.Stopped, result.ExitCode);
        Assert.Empty(result.Errors);
        Assert.Single(result.Output);
        Assert.Equal(["a"], work.Run("Get-CivicQEnvironment a").Texts("Name"));
    }

    [Fact]
    public void An_error_has_id_category_target_and_next_step()
    {
        var error = Assert.Single(work.Invoke("Get-CivicQEnvironment nothing").Errors);
        Assert.Equal("EnvironmentNotFound,CivicQ.Ops.Commands.Environments.GetCivicQEnvironmentCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Equal("nothing", error.TargetObject);
        Assert.Contains("Get-CivicQEnvironment", error.ErrorDetails!.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false, 1, 1)]
    [InlineData("-ErrorAction Continue", false, 1, 1)]
    [InlineData("-ErrorAction SilentlyContinue", false, 0, 1)]
    [InlineData("-ErrorAction Ignore", false, 0, 1)]
    [InlineData("-ErrorAction Stop", true, 1, 0)]
    public void Errors_are_taken_as_the_caller_says(string action, bool terminates, int errors, int output)
    {
        var result = work.Invoke($"Get-CivicQEnvironment nothing, default {action}");
        Assert.Equal((terminates, errors, output), (result.Terminated, result.Errors.Count, result.Output.Count));
    }

    [Fact]
    public void A_failure_that_nobody_foresaw_has_an_id_and_a_next_step_too()
    {
        // A path that no system takes.
        var result = work.Session.Invoke("Get-CivicQJournal", [new PathHolder("a\0b")]);
        var error = Assert.Single(result.Errors);
        Assert.NotEqual(ErrorCategory.NotSpecified, error.CategoryInfo.Category);
        Assert.Equal("UnexpectedError", result.ErrorIds()[0]);
        Assert.Contains("-Verbose", error.ErrorDetails!.RecommendedAction, StringComparison.Ordinal);
        Assert.True(result.Terminated);
    }

    [Fact]
    public void Verbose_and_debug_are_silent_until_asked_for()
    {
        Assert.Empty(work.Run("Disconnect-CivicQ").Verbose);
        Assert.NotEmpty(work.Run("Disconnect-CivicQ -Verbose").Verbose);
    }

    [Fact]
    public void A_later_command_that_fails_ends_an_earlier_one()
    {
        work.Configure(("a", """{"site": {"url": "https://a.example"}}"""), ("b", """{"site": {"url": "https://b.example"}}"""));
        var result = work.Invoke("Get-CivicQEnvironment a, b | Register-CivicQEnvironment -Confirm:$false -ErrorAction Stop");
        Assert.True(result.Terminated);
        Assert.Equal(["EnvironmentExists"], result.ErrorIds());
        Assert.Empty(work.JournalLines);
    }

    public void Dispose() => work.Dispose();

    private sealed record PathHolder(string Path);
}
