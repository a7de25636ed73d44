using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Health;

public class GetCivicQHealthTests(LabFixture lab) : CmdletTests(lab)
{
    [Fact]
    public void All_components_of_the_lab_answer()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var results = Succeed("Get-CivicQHealth -Environment calm");
        Assert.Equal(
            ["Api", "Backups", "Cache", "Certificate", "Database", "Host", "Logs", "Queue", "Services", "Site", "Storage"],
            All(results, "Component").Distinct().Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.Equal("calm", result.Text("Environment")));
        Assert.All(results, result => Assert.Equal("", result.Text("ErrorId")));
        Assert.Equal("NotConfigured", Assert.Single(results, result => result.Text("Component") == "Storage").Text("Status"));
        Assert.All(
            results.Where(result => result.Text("Component") is "Database" or "Cache" or "Site" or "Certificate" or "Logs" or "Host" || result.Text("Check") == "Response"),
            result => Assert.True(result.Text("Status") is "Healthy" or "Unknown", $"{result}"));
        var answer = Assert.Single(results, result => result.Text("Component") == "Database" && result.Text("Check") == "Connection");
        Assert.Equal("Seconds", answer.Text("Unit"));
        Assert.True((double)answer.Get("Value")! > 0);
        Assert.Equal("environment", answer.Get("Threshold")!.Text("Source"));
        Assert.Equal("", answer.Text("NextStep"));
    }

    [Fact]
    public void Components_are_named_by_position_in_any_case_and_with_wildcards()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        Assert.Equal(["Cache", "Database"], Components("Get-CivicQHealth data*, CACHE -Environment calm"));
        Assert.Equal(["Storage"], Components("Get-CivicQHealth -Component Storage -Environment calm"));
    }

    [Fact]
    public void What_the_environment_lacks_is_not_green()
    {
        using var file = new EnvironmentsFile(("bare", new JsonObject { ["localHost"] = false }));
        var results = Succeed("Get-CivicQHealth -Environment bare");
        Assert.Equal(11, results.Count);
        Assert.All(results, result => Assert.Equal("NotConfigured", result.Text("Status")));
    }

    [Fact]
    public void A_component_that_does_not_exist_is_an_error_that_lists_those_that_do()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Invoke("Get-CivicQHealth Databse -Environment calm");
        Assert.Equal(["ComponentNotFound"], Ids(result));
        Assert.Contains("Database", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("InvalidArgument", result.Errors[0].CategoryInfo.Category.ToString());
        Assert.False(result.Terminated);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void An_environment_that_does_not_exist_leaves_the_others_alone()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Invoke("Get-CivicQHealth Cache -Environment clam, calm");
        Assert.Equal(["EnvironmentNotFound"], Ids(result));
        Assert.NotEmpty(result.Output);
        Assert.All(All(result.Output, "Environment"), name => Assert.Equal("calm", name));
    }

    [Fact]
    public void Several_environments_are_asked_and_a_dead_one_spoils_its_own_results_only()
    {
        using var file = new EnvironmentsFile(
            ("east", LabParts.Only("cache", LabParts.Cache())), ("west", LabParts.Only("cache", LabParts.Cache())),
            ("dead", LabParts.Only("cache", LabParts.Cache(LoopbackServer.ClosedPort()))), ("other", LabParts.Calm()));
        var results = Succeed("Get-CivicQHealth Cache -Environment *st, dead -ThrottleLimit 2");
        Assert.Equal(["dead", "east", "west"], All(results, "Environment").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("CacheUnreachable", Assert.Single(results, result => result.Text("Environment") == "dead").Text("ErrorId"));
        Assert.All(results.Where(result => result.Text("Environment") != "dead"), result => Assert.Equal("", result.Text("ErrorId")));
    }

    [Fact]
    public void Results_pass_a_filter_and_name_what_to_ask_again()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()), ("dead", LabParts.Only("cache", LabParts.Cache(LoopbackServer.ClosedPort()))));
        var again = Succeed("Get-CivicQHealth Cache, Logs -Environment calm, dead | Where-Object Status -eq Unhealthy | Get-CivicQHealth");
        var result = Assert.Single(again);
        Assert.Equal("dead", result.Text("Environment"));
        Assert.Equal("Cache", result.Text("Component"));
    }

    [Fact]
    public void FailOn_ends_with_an_error_after_all_output()
    {
        using var file = new EnvironmentsFile(("dead", LabParts.Only("cache", LabParts.Cache(LoopbackServer.ClosedPort()))));
        var result = Invoke("Get-CivicQHealth Cache, Database -Environment dead -FailOn Unhealthy");
        Assert.Equal(2, result.Output.Count);
        Assert.Equal(["HealthCheckFailed"], Ids(result));
        Assert.True(result.Terminated);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("dead: Cache (Connection) is Unhealthy", result.Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("-FailOn Unhealthy", false)]
    [InlineData("-FailOn Degraded", true)]
    public void FailOn_counts_from_its_level_on(string failOn, bool fails)
    {
        var degraded = LabParts.Calm();
        degraded["thresholds"]!["Logs.Errors"] = new JsonObject { ["degraded"] = 0, ["unhealthy"] = 1_000_000 };
        using var file = new EnvironmentsFile(("degraded", degraded));
        var result = Invoke($"Get-CivicQHealth Logs -Environment degraded {failOn}");
        Assert.Equal("Degraded", Assert.Single(result.Output)!.Text("Status"));
        Assert.Equal(fails, result.Terminated);
        Assert.Equal(fails ? ["HealthCheckFailed"] : [], Ids(result));
    }

    [Fact]
    public async Task A_hung_server_costs_its_own_time_and_nothing_else()
    {
        await using var silent = LoopbackServer.Silent();
        var hung = LabParts.Calm();
        hung["database"] = LabParts.Database(silent.Port);
        using var file = new EnvironmentsFile(("hung", hung));
        var results = Succeed("Get-CivicQHealth Database, Logs -Environment hung -TimeoutSeconds 4");
        var database = Assert.Single(results, result => result.Text("Component") == "Database");
        Assert.Equal("OperationTimedOut", database.Text("ErrorId"));
        Assert.Equal("Unhealthy", database.Text("Status"));
        Assert.Contains("within 4 s", database.Text("Detail"), StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{silent.Port}", database.Text("Detail"), StringComparison.Ordinal);
        Assert.NotEqual("", database.Text("NextStep"));
        Assert.Equal("Healthy", Assert.Single(results, result => result.Text("Component") == "Logs").Text("Status"));
        await silent.EmptyAsync();
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_leaves_no_connection()
    {
        await using var silent = LoopbackServer.Silent();
        var hung = LabParts.Only("database", LabParts.Database(silent.Port));
        hung["timeoutSeconds"] = 3600;
        using var file = new EnvironmentsFile(("hung", hung));
        await StopAsync("Get-CivicQHealth Database -Environment hung", silent);
    }

    [Theory]
    [InlineData("-TimeoutSeconds 0")]
    [InlineData("-ThrottleLimit 0")]
    [InlineData("-Environment ''")]
    public void Parameters_have_their_ranges(string arguments)
    {
        var result = Invoke("Get-CivicQHealth Host " + arguments);
        Assert.Equal(["ParameterArgumentValidationError"], Ids(result));
        Assert.True(result.Terminated);
        Assert.Empty(result.Output);
    }

    private IEnumerable<string> Components(string line) => All(Succeed(line), "Component").Distinct().Order(StringComparer.Ordinal);
}
