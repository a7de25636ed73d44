using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Base;

/// <summary>Cmdlets that gather what is piped in and work on all of it at once.</summary>
[Collection(LabCollection.Name)]
public sealed class CollectingCmdletTests : IDisposable
{
    private readonly Workspace work = new();

    [Fact]
    public void What_is_piped_in_is_worked_on_together()
    {
        using var stop = new CancellationTokenSource();
        var reached = 0;
        void Accepted(int count)
        {
            if (count == 1 && Interlocked.Increment(ref reached) == 2)
            {
                stop.Cancel();
            }
        }

        // Both are asked while neither has answered.
        using var first = new CountingServer(Accepted);
        using var second = new CountingServer(Accepted);
        var result = work.Session.Invoke(
            "Test-CivicQEndpoint -TimeoutSeconds 30", [$"http://127.0.0.1:{first.Port}/", $"http://127.0.0.1:{second.Port}/"], cancellationToken: stop.Token);
        Assert.True(result.Stopped);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Each_environment_gets_what_was_piped_in_for_it()
    {
        work.Configure(("a", "{}"), ("b", "{}"));
        var result = work.Session.Invoke("Test-CivicQEndpoint", [
            new Question("tcp://127.0.0.1:1", "a"), new Question("tcp://127.0.0.1:2", "b"), new Question("tcp://127.0.0.1:3", "A")]);
        Assert.Empty(result.Errors);
        Assert.Equal(
            ["a 1", "a 3", "b 2"],
            result.Output.Select(item => $"{item!.Text("Environment")} {item!.Text("Endpoint").Split(':')[^1]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_item_that_is_wrong_leaves_the_others_alone()
    {
        var result = work.Session.Invoke("Test-CivicQEndpoint", ["http://", "tcp://127.0.0.1:1"]);
        Assert.Single(result.Errors);
        Assert.Single(result.Output);
    }

    [Fact]
    public void Nothing_piped_in_is_nothing_done() => Assert.Empty(work.Session.Invoke("Test-CivicQEndpoint", []).Output);

    [Theory]
    [InlineData("Test-CivicQEndpoint tcp://127.0.0.1:1 -Environment lba -Quiet", "EnvironmentNotFound")]
    [InlineData("Test-CivicQEndpoint -Environment broken -Quiet", "EnvironmentKeyUnknown")]
    [InlineData("Test-CivicQCertificate 127.0.0.1:1 -Environment lba -Quiet", "EnvironmentNotFound")]
    public void What_could_not_be_tested_has_not_passed(string line, string id)
    {
        work.Configure(("broken", """{"databse": {}}"""));
        var result = work.Invoke(line);
        Assert.Equal([id], result.ErrorIds());
        Assert.Equal(["False"], result.Output.Select(item => item!.ToString()));
    }

    public void Dispose() => work.Dispose();

    private sealed record Question(string Uri, string Environment);
}
