using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Health;

public sealed class HealthMonitorTests
{
    private static readonly EnvironmentContext Context = TestContexts.Create(new CivicQEnvironment { Name = "t" });

    private static HealthWatchOptions Options(double period, double timeout = 60, HealthStatus required = HealthStatus.Healthy) => new()
    {
        Period = TimeSpan.FromSeconds(period), Interval = TimeSpan.FromMilliseconds(20), Timeout = TimeSpan.FromSeconds(timeout), Required = required,
    };

    [Fact]
    public async Task Health_that_is_there_is_enough_without_a_period()
    {
        var timeline = await HealthMonitor.WatchAsync(Context, [FakeProbe.Of("A", HealthStatus.Healthy)], Options(0), CancellationToken.None);
        Assert.Equal((true, 1, 1.0, 0), (timeline.Held, timeline.Rounds, timeline.Availability, timeline.Flaps));
    }

    [Fact]
    public async Task A_fall_sets_the_clock_back_and_is_in_the_timeline()
    {
        var probe = FakeProbe.Of("A", HealthStatus.Healthy, HealthStatus.Unhealthy, HealthStatus.Healthy);
        var timeline = await HealthMonitor.WatchAsync(Context, [probe, FakeProbe.Of("B", HealthStatus.Healthy)], Options(0.3), CancellationToken.None);
        Assert.True(timeline.Held);
        Assert.Equal(1, timeline.Flaps);
        Assert.Equal(
            [(HealthStatus.Healthy, HealthStatus.Unhealthy), (HealthStatus.Unhealthy, HealthStatus.Healthy)],
            timeline.Transitions.Select(change => (change.From!.Value, change.To)));
        Assert.True(timeline.EndedAt - timeline.HealthySince >= TimeSpan.FromSeconds(0.25));
        Assert.Equal((double)(timeline.Rounds - 1) / timeline.Rounds, timeline.Availability);
    }

    [Fact]
    public async Task Time_that_is_over_leaves_what_was_still_wrong()
    {
        var timeline = await HealthMonitor.WatchAsync(
            Context, [FakeProbe.Of("A", HealthStatus.Unhealthy), FakeProbe.Of("B", HealthStatus.Healthy)], Options(0, timeout: 0.2), CancellationToken.None);
        Assert.False(timeline.Held);
        Assert.Null(timeline.HealthySince);
        Assert.Equal("A", Assert.Single(timeline.Remaining).Component);
    }

    [Theory]
    [InlineData(HealthStatus.Unknown, HealthStatus.Healthy, true)]
    [InlineData(HealthStatus.NotConfigured, HealthStatus.Healthy, true)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Healthy, false)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded, true)]
    [InlineData(HealthStatus.Unhealthy, HealthStatus.Degraded, false)]
    public async Task What_counts_as_health(HealthStatus status, HealthStatus required, bool held) =>
        Assert.Equal(held, (await HealthMonitor.WatchAsync(Context, [FakeProbe.Of("A", status)], Options(0, 0.1, required), CancellationToken.None)).Held);

    [Fact]
    public async Task Cancelling_ends_the_watch_between_rounds()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var options = Options(3600, 7200) with { Interval = TimeSpan.FromHours(1) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => HealthMonitor.WatchAsync(Context, [FakeProbe.Of("A", HealthStatus.Healthy)], options, stop.Token));
    }

    [Theory]
    [InlineData(null, HealthStatus.Unhealthy, false)]
    [InlineData(FailureLevel.Unhealthy, HealthStatus.Degraded, false)]
    [InlineData(FailureLevel.Unhealthy, HealthStatus.Unhealthy, true)]
    [InlineData(FailureLevel.Degraded, HealthStatus.Degraded, true)]
    [InlineData(FailureLevel.Degraded, HealthStatus.Unknown, false)]
    public void The_gate_fails_from_its_level_on(FailureLevel? level, HealthStatus status, bool fails)
    {
        var gate = new FailureGate(level);
        gate.Note(FakeProbe.Result("Database", "Pool", status) with { Environment = "lab" });
        if (!fails)
        {
            gate.ThrowIfFailed();
            return;
        }

        var error = Assert.Throws<OperationException>(gate.ThrowIfFailed);
        Assert.Equal("HealthCheckFailed", error.Definition.Id);
        Assert.Contains($"lab: Database (Pool) is {status}", error.Message, StringComparison.Ordinal);
    }
}
