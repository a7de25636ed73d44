using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Health;

public class WaitCivicQHealthTests(LabFixture lab) : CmdletTests(lab)
{
    [Fact]
    public void Health_that_is_there_is_waited_for_no_longer()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var timeline = Assert.Single(Succeed("Wait-CivicQHealth Database, Cache -Environment calm -TimeoutSeconds 120"));
        Assert.Equal("True", timeline.Text("Held"));
        Assert.Equal("1", timeline.Text("Availability"));
        Assert.Equal("calm", timeline.Text("Environment"));
        Assert.Empty(Items(timeline, "Remaining"));
    }

    [Fact]
    public void Health_must_hold_for_the_period()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var timeline = Assert.Single(Succeed("Wait-CivicQHealth Logs -Environment calm -For 00:00:01 -Interval 00:00:00.2 -TimeoutSeconds 120"));
        Assert.Equal("True", timeline.Text("Held"));
        Assert.True((int)timeline.Get("Rounds")! > 1);
    }

    [Fact]
    public void What_does_not_get_well_in_time_is_an_error_that_names_it()
    {
        using var file = new EnvironmentsFile(("dead", LabParts.Only("cache", LabParts.Cache(LoopbackServer.ClosedPort()))), ("calm", LabParts.Calm()));
        var result = Invoke("Wait-CivicQHealth Cache -Environment dead, calm -TimeoutSeconds 2 -Interval 00:00:00.2 -FailOn Unhealthy");
        Assert.Equal(["OperationTimedOut", "HealthCheckFailed"], Ids(result));
        Assert.Contains("Cache (Connection) Unhealthy", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("False", Assert.Single(result.Output, one => one!.Text("Environment") == "dead")!.Text("Held"));
        Assert.Equal("True", Assert.Single(result.Output, one => one!.Text("Environment") == "calm")!.Text("Held"));
    }

    [Fact]
    public void Degraded_can_count_as_health()
    {
        var degraded = LabParts.Calm();
        degraded["thresholds"]!["Logs.Errors"] = new JsonObject { ["degraded"] = 0, ["unhealthy"] = 1_000_000 };
        using var file = new EnvironmentsFile(("degraded", degraded));
        Assert.Equal("True", Assert.Single(Succeed("Wait-CivicQHealth Logs -Environment degraded -Status Degraded -TimeoutSeconds 120")).Text("Held"));
        Assert.Equal(["OperationTimedOut"], Ids(Invoke("Wait-CivicQHealth Logs -Environment degraded -TimeoutSeconds 0.5 -Interval 00:00:00.1")));
    }

    [Theory]
    [InlineData("-Interval 00:00:00")]
    [InlineData("-Interval -00:00:01")]
    [InlineData("-For -00:00:01")]
    [InlineData("-For 8.00:00:00")]
    [InlineData("-TimeoutSeconds -1")]
    public void Durations_have_their_ranges(string arguments)
    {
        var result = Invoke("Wait-CivicQHealth Host " + arguments);
        Assert.Equal(["ParameterArgumentValidationError"], Ids(result));
        Assert.True(result.Terminated);
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_leaves_no_connection()
    {
        await using var silent = LoopbackServer.Silent();
        using var file = new EnvironmentsFile(("hung", LabParts.Only("site", new JsonObject { ["url"] = $"http://127.0.0.1:{silent.Port}" })));
        await StopAsync("Wait-CivicQHealth Site -Environment hung", silent);
    }
}
