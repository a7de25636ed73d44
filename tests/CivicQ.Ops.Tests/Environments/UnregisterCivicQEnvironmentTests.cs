using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Environments;

[Collection(LabCollection.Name)]
public sealed class UnregisterCivicQEnvironmentTests : IDisposable
{
    private readonly Workspace work = new();

    public UnregisterCivicQEnvironmentTests() => work.Configure(
        ("a", """{"site": {"url": "https://a.example"}}"""),
        ("b", """{"site": {"url": "https://b.example"} /* ours */}"""),
        ("broken", """{"databse": {}}"""));

    private IEnumerable<string> Left() => work.Invoke("Get-CivicQEnvironment a, b -ErrorAction Ignore").Texts("Name");

    [Theory]
    [InlineData("Unregister-CivicQEnvironment a -Confirm:$false")]
    [InlineData("Unregister-CivicQEnvironment -Name A -Confirm:$false")]
    [InlineData("Unregister-CivicQEnvironment -Environment [a] -Confirm:$false")]
    [InlineData("Get-CivicQEnvironment a | Unregister-CivicQEnvironment -Confirm:$false")]
    public void It_is_taken_out_and_the_others_stay(string line)
    {
        Assert.Empty(work.Run(line).Output);
        Assert.Equal(["b"], Left());
        Assert.Contains("/* ours */", File.ReadAllText(work.ConfigFile), StringComparison.Ordinal);
        var entry = Assert.Single(work.Entries());
        Assert.Equal("Unregister-CivicQEnvironment Succeeded", $"{entry.Text("Cmdlet")} {entry.Text("Outcome")}");
    }

    [Fact]
    public void Several_are_one_entry_of_the_journal()
    {
        work.Run("Get-CivicQEnvironment a, b | Unregister-CivicQEnvironment -Confirm:$false");
        Assert.Empty(Left());
        var entry = Assert.Single(work.Entries());
        Assert.Equal(["a", "b"], (IEnumerable<string>)entry.Get("Environment")!);
    }

    [Fact]
    public void Names_may_be_piped_in()
    {
        Assert.Empty(work.Session.Invoke("Unregister-CivicQEnvironment -Confirm:$false", ["a", "b"]).Errors);
        Assert.Empty(Left());
    }

    [Fact]
    public void A_broken_one_can_go_too()
    {
        work.Run("Unregister-CivicQEnvironment broken -Confirm:$false");
        Assert.Equal(["a", "b"], work.Run("Get-CivicQEnvironment a, b").Texts("Name"));
        Assert.DoesNotContain("databse", File.ReadAllText(work.ConfigFile), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_says_it_and_changes_nothing()
    {
        var before = work.Snapshot();
        Assert.Equal(
            ["a", "b"],
            work.Run("Get-CivicQEnvironment a, b | Unregister-CivicQEnvironment -WhatIf").WhatIf.Select(text => text.Split('\'')[1]));
        Assert.Equal(before, work.Snapshot());
    }

    [Fact]
    public void Each_is_asked_about_and_a_no_leaves_it()
    {
        var sink = new TestSink { Answer = question => question.Contains("'a'", StringComparison.Ordinal) ? ConfirmationAnswer.No : ConfirmationAnswer.Yes };
        Assert.Empty(work.Session.Invoke("Unregister-CivicQEnvironment a, b", sink: sink).Errors);
        Assert.Equal(2, sink.Questions.Count);
        Assert.Equal(["a"], Left());
    }

    [Fact]
    public void Without_anybody_to_ask_nothing_is_done()
    {
        var before = work.Snapshot();
        var result = work.Invoke("Unregister-CivicQEnvironment a");
        Assert.Single(result.Errors);
        Assert.Equal(ExitCodes.Error, result.ExitCode);
        Assert.Equal(before, work.Snapshot());
    }

    [Theory]
    [InlineData("nothing", "EnvironmentNotFound")]
    [InlineData("default", "EnvironmentNotInFile")]
    [InlineData("lab", "EnvironmentNotInFile")]
    public void What_is_not_in_the_file_cannot_be_taken_out_of_it(string name, string id)
    {
        var before = work.Snapshot();
        work.Invoke($"Unregister-CivicQEnvironment {name} -Confirm:$false").Failed(id);
        Assert.Equal(before, work.Snapshot());
    }

    [Fact]
    public void One_that_is_not_there_leaves_the_others_to_be_done()
    {
        work.Invoke("Unregister-CivicQEnvironment nothing, a -Confirm:$false").Failed("EnvironmentNotFound");
        Assert.Equal(["b"], Left());
        Assert.Equal("PartlyFailed", Assert.Single(work.Entries()).Text("Outcome"));
    }

    [Fact]
    public void A_wildcard_may_fit_nothing() => Assert.Empty(work.Run("Unregister-CivicQEnvironment nothing* -Confirm:$false").Output);

    [Fact]
    public void A_broken_file_is_left_to_a_person()
    {
        File.WriteAllText(work.ConfigFile, "{\"environments\": ");
        var before = work.Snapshot();
        work.Invoke("Unregister-CivicQEnvironment a -Confirm:$false").Failed("EnvironmentFileInvalid");
        Assert.Equal(before, work.Snapshot());
    }

    [Fact]
    public void Stopped_in_the_middle_it_keeps_what_was_done_and_says_so()
    {
        using var stop = new CancellationTokenSource();
        var sink = new TestSink
        {
            Answer = question =>
            {
                if (question.Contains("'b'", StringComparison.Ordinal))
                {
                    stop.Cancel();
                    return ConfirmationAnswer.No;
                }

                return ConfirmationAnswer.Yes;
            },
        };
        var result = work.Session.Invoke("Unregister-CivicQEnvironment a, b, broken", sink: sink, cancellationToken: stop.Token);
        Assert.True(result.Stopped);
        Assert.Equal(["b"], Left());
        Assert.Equal(2, sink.Questions.Count);
        var entry = Assert.Single(work.Entries());
        Assert.Equal("Stopped", entry.Text("Outcome"));
        Assert.Equal(["a"], (IEnumerable<string>)entry.Get("Environment")!);
    }

    [Fact]
    public void A_name_is_needed() => Assert.Equal(ExitCodes.Usage, work.Invoke("Unregister-CivicQEnvironment -Confirm:$false").ExitCode);

    public void Dispose() => work.Dispose();
}
