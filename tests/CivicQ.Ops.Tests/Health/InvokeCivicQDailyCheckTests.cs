using System.Globalization;
using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Health;

public class InvokeCivicQDailyCheckTests(LabFixture lab) : CmdletTests(lab)
{
    private static readonly string[] Names = ["Services", "Host resources", "Database", "Redis", "API", "Frontend", "Celery workers", "Recent errors", "Storage"];

    [Fact]
    public void The_nine_steps_come_in_the_manuals_order()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var steps = Succeed("Invoke-CivicQDailyCheck -Environment calm");
        Assert.Equal(Enumerable.Range(1, 9).Select(number => number.ToString(CultureInfo.InvariantCulture)), All(steps, "Step"));
        Assert.Equal(Names, All(steps, "Name"));
        Assert.All(steps, step => Assert.Equal("calm", step.Text("Environment")));
        Assert.All(steps, step => Assert.NotEqual("", step.Text("Detail")));
        Assert.All(new[] { 1, 9 }, number => Assert.Equal("NotConfigured", steps[number - 1].Text("Status")));
        Assert.All(new[] { 2, 3, 4, 6, 8 }, number => Assert.Equal("Healthy", steps[number - 1].Text("Status")));
        Assert.True((double)steps[2].Get("Value")! > 0);
        Assert.Contains("users", steps[2].Text("Detail"), StringComparison.Ordinal);
        Assert.NotEmpty(Items(steps[4], "Checks"));
    }

    [Fact]
    public void What_the_environment_lacks_is_NotConfigured()
    {
        using var file = new EnvironmentsFile(("bare", new JsonObject { ["localHost"] = false }));
        var steps = Succeed("Invoke-CivicQDailyCheck -Environment bare");
        Assert.Equal(9, steps.Count);
        Assert.All(steps, step => Assert.Equal("NotConfigured", step.Text("Status")));
    }

    [Theory]
    [InlineData("-Step 3, Redis", "3 4")]
    [InlineData("'*errors'", "8")]
    [InlineData("-Step 3, 8 -Exclude RecentErrors", "3")]
    [InlineData("-Exclude 1, 2, 3, 4, 5, 6, 7", "8 9")]
    public void Steps_are_chosen_by_number_or_name(string arguments, string steps)
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        Assert.Equal(steps, string.Join(' ', All(Succeed($"Invoke-CivicQDailyCheck {arguments} -Environment calm"), "Step")));
    }

    [Fact]
    public void A_step_that_does_not_exist_is_an_error()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Invoke("Invoke-CivicQDailyCheck 10 -Environment calm");
        Assert.Equal(["DailyCheckStepNotFound"], Ids(result));
        Assert.Empty(result.Output);
    }

    [Fact]
    public void An_error_in_the_applications_log_is_counted()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        double Errors() => (double)Assert.Single(Succeed("Invoke-CivicQDailyCheck 8 -Environment calm")).Get("Value")!;
        var before = Errors();
        var time = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss,fff", CultureInfo.InvariantCulture);
        File.AppendAllText(LabParts.ApplicationLog, $"{time} ERROR [app.main] planted by a test\n");
        Assert.Equal(before + 1, Errors());
    }

    [Fact]
    public void Thresholds_of_the_environment_count_and_FailOn_ends_after_all_output()
    {
        var tight = LabParts.Calm();
        tight["thresholds"]!["Host.Disk"] = LabParts.Limits(0);
        using var file = new EnvironmentsFile(("tight", tight));
        var result = Invoke("Invoke-CivicQDailyCheck 2, 4 -Environment tight -FailOn Unhealthy");
        Assert.Equal(["Unhealthy", "Healthy"], All(result.Output, "Status"));
        Assert.NotEqual("", result.Output[0]!.Text("NextStep"));
        Assert.Equal(["HealthCheckFailed"], Ids(result));
        Assert.True(result.Terminated);
        Assert.Contains("step 2 Host resources", result.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_and_hung_parts_cost_their_own_steps_only()
    {
        await using var silent = LoopbackServer.Silent();
        var broken = LabParts.Calm();
        broken["database"] = LabParts.Database(LoopbackServer.ClosedPort());
        broken["cache"] = LabParts.Cache(silent.Port);
        using var file = new EnvironmentsFile(("broken", broken), ("calm", LabParts.Calm()));
        var steps = Succeed("Invoke-CivicQDailyCheck 3, 4, 8 -Environment broken -TimeoutSeconds 4");
        Assert.Equal(["Unhealthy", "Unhealthy", "Healthy"], All(steps, "Status"));
        Assert.Equal(["calm"], All(Succeed("Invoke-CivicQDailyCheck 4 -Environment calm, broken -TimeoutSeconds 4 | Where-Object Status -eq Healthy"), "Environment"));
    }

    [Fact]
    public async Task Ctrl_C_ends_it()
    {
        await using var silent = LoopbackServer.Silent();
        using var file = new EnvironmentsFile(("hung", LabParts.Only("site", new JsonObject { ["url"] = $"http://127.0.0.1:{silent.Port}" })));
        await StopAsync("Invoke-CivicQDailyCheck -Environment hung", silent);
    }
}
