using CivicQ.Host.Engine;
using CivicQ.Host.Tests.Commands;

namespace CivicQ.Host.Tests.Engine;

public sealed class StagePipelineTests : IDisposable
{
    private readonly HostSession session = SampleSession.Open();
    private readonly string label = Guid.NewGuid().ToString("N");

    public void Dispose() => session.Dispose();

    [Fact]
    public void Each_object_goes_all_the_way_before_the_next_one_is_made()
    {
        var sink = new ScriptedSink();
        session.Stream("Invoke-Stage a -Write 2 -Verbose | Invoke-Stage b -Verbose | Invoke-Stage c -Verbose", sink);
        Assert.Equal(
            ["a begin", "b begin", "c begin", "b 1", "c 1", "output 1", "b 2", "c 2", "output 2", "a end", "b end", "c end"], sink.Events);
    }

    [Fact]
    public void Select_First_stops_what_comes_before_and_everything_is_disposed_of()
    {
        var result = session.Invoke($"Invoke-Stage a{label} -Write 1000 | Invoke-Stage b{label} | Select-Object -First 3 | Invoke-Stage c{label} -Verbose");
        Assert.Equal([1, 2, 3], result.OutputOf<int>());
        Assert.Equal($"c{label} end", result.Verbose[^1]);
        Assert.Empty(result.Errors);
        Assert.False(result.Terminated);
        Assert.Equal(ExitCodes.Success, result.ExitCode);
        Assert.Equal(3, InvokeStageCommand.Written["a" + label]);
        Assert.All(new[] { "a", "b", "c" }, stage => Assert.Equal(1, InvokeStageCommand.Disposed[stage + label]));
    }

    [Fact]
    public void Cmdlets_are_disposed_of_after_an_error_too()
    {
        session.Invoke($"Invoke-Stage {label} -Write 1 | Write-Failure Throw -Bogus");
        session.Invoke($"Invoke-Stage {label} -Write 1 | Nonsense");
        Assert.Equal(1, InvokeStageCommand.Disposed.GetValueOrDefault(label));
    }

    [Fact]
    public async Task Stopping_wakes_the_cmdlet_and_waits_until_it_has_tidied_up()
    {
        var started = WaitSampleCommand.Started[label] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopping = new CancellationTokenSource();
        var running = session.InvokeAsync($"Wait-Sample {label}", cancellationToken: stopping.Token);
        await started.Task;
        Assert.False(running.IsCompleted);
        await stopping.CancelAsync();
        var result = await running;
        Assert.True(WaitSampleCommand.Tidied[label]);
        Assert.True(result.Stopped);
        Assert.Equal(["waiting"], result.Output);
        Assert.Empty(result.Errors);
        Assert.Equal(ExitCodes.Stopped, result.ExitCode);
    }

    [Fact]
    public void What_is_stopped_beforehand_does_not_run()
    {
        var result = session.Invoke("Invoke-Stage a -Write 1", cancellationToken: new CancellationToken(canceled: true));
        Assert.Empty(result.Output);
        Assert.Equal(ExitCodes.Stopped, result.ExitCode);
    }

    [Fact]
    public async Task Sessions_run_at_the_same_time_each_in_its_own_runspace()
    {
        using var other = SampleSession.Open();
        using var meeting = GetRunspaceSampleCommand.Meetings[label] = new Barrier(2);
        var results = await Task.WhenAll(session.InvokeAsync($"Get-RunspaceSample {label}"), other.InvokeAsync($"Get-RunspaceSample {label}"));
        Assert.Equal(session.Runspace.InstanceId, Assert.Single(results[0].Output));
        Assert.Equal(other.Runspace.InstanceId, Assert.Single(results[1].Output));
        Assert.NotEqual(results[0].Output[0], results[1].Output[0]);
    }

    [Fact]
    public void A_session_runs_one_line_after_the_other()
    {
        Assert.Equal(ExitCodes.Usage, session.Invoke("Nonsense").ExitCode);
        Assert.Equal(ExitCodes.Error, session.Invoke("Write-Failure Throw").ExitCode);
        Assert.Equal([1], session.Invoke("Invoke-Stage a -Write 1").OutputOf<int>());
    }
}
