using CivicQ.Host.Engine;
using CivicQ.Host.Faults;

namespace CivicQ.Host.Tests.Engine;

/// <summary>Streaming, stopping and disposal.</summary>
public sealed class PipelineTests
{
    [Fact]
    public void First_stops_what_comes_before_it_and_every_command_is_disposed_of()
    {
        using var session = Fixture.Open();
        var disposed = Fixture.Static<int>(session, "Write-FixtureNumber", "Disposed");
        var result = session.Invoke("Write-FixtureNumber 1000000 | Select-Object -First 2");
        Assert.Equal([1, 2], result.OutputOf<int>());
        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.True(Fixture.Static<int>(session, "Write-FixtureNumber", "Disposed") > disposed);
    }

    [Fact]
    public void An_output_that_nobody_reads_stops_the_pipeline_without_an_error()
    {
        using var session = Fixture.Open();
        var seen = 0;
        var sink = new TestSink { Output = _ => seen = ++seen < 3 ? seen : throw new OutputClosedException(new IOException("Broken pipe")) };
        var outcome = session.Stream("Write-FixtureNumber 1000000 | Where-Object -Not Nonsense", sink);
        Assert.Equal(3, seen);
        Assert.Equal(3, Fixture.Static<int>(session, "Write-FixtureNumber", "Last"));
        Assert.Equal(ExitCodes.OutputClosed, outcome.ExitCode);
        Assert.Empty(sink.Errors);
    }

    [Fact]
    public async Task Stopping_reaches_the_cmdlet_and_is_awaited()
    {
        using var session = Fixture.Open();
        using var stop = new CancellationTokenSource();
        var waiting = Fixture.Static<ManualResetEventSlim>(session, "Wait-Fixture", "Waiting");
        var running = session.InvokeAsync("Wait-Fixture", cancellationToken: stop.Token);
        Assert.True(await Task.Run(() => waiting.Wait(TimeSpan.FromSeconds(30))));
        await stop.CancelAsync();
        var result = await running;
        Assert.True(result.Stopped);
        Assert.Equal(ExitCodes.Stopped, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Equal(["stopped", "awaited True", "disposed"], Fixture.Static<List<string>>(session, "Wait-Fixture", "Happened"));
    }

    [Fact]
    public void Each_session_has_a_runspace_of_its_own()
    {
        using var one = Fixture.Open();
        using var other = Fixture.Open();
        var first = one.Invoke("Get-FixtureRunspace").OutputOf<Guid>().Single();
        Assert.Equal(first, one.Invoke("Get-FixtureRunspace").OutputOf<Guid>().Single());
        Assert.NotEqual(first, other.Invoke("Get-FixtureRunspace").OutputOf<Guid>().Single());
        Assert.Equal(one.Runspace.InstanceId, first);
    }

    [Fact]
    public void Input_objects_come_from_the_caller()
    {
        using var session = Fixture.Open();
        var result = session.Invoke("Sort-Object -Descending | Select-Object -First 2", input: [3, 9, 5]);
        Assert.Equal([9, 5], result.OutputOf<int>());
    }

    [Fact]
    public void A_fault_while_binding_a_later_command_lets_nothing_run()
    {
        using var session = Fixture.Open();
        var result = session.Invoke("Write-FixtureNumber 3 | Read-FixtureInput -Nonsense 1");
        Assert.Empty(result.Output);
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.True(result.Terminated);
    }
}
