using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Web;

public class TestCivicQEndpointTests(LabFixture lab) : CmdletTests(lab)
{
    private static string Closed => $"tcp://127.0.0.1:{LoopbackServer.ClosedPort()}";

    private static string Redis => $"redis://127.0.0.1:{LabParts.Port("Redis")}";

    [Fact]
    public void Without_endpoints_those_of_the_environment_are_tested()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var results = Succeed("Test-CivicQEndpoint -Environment calm");
        Assert.Equal(
            new[] { LabParts.ApiAddress, LabParts.ApiAddress + "health", $"postgresql://127.0.0.1:{LabParts.Port("Postgres")}", Redis }.Order(StringComparer.Ordinal),
            All(results, "Endpoint").Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.True((bool)result.Get("Passed")!, result.Text("Reason")));
        Assert.All(results, result => Assert.Equal("calm", result.Text("Environment")));
        var api = Assert.Single(results, result => result.Text("Endpoint") == LabParts.ApiAddress + "health");
        Assert.Equal(["Dns", "Tcp", "Tls", "Http"], All(Items(api, "Phases"), "Name"));
        Assert.All(Items(api, "Phases"), phase => Assert.Equal("Passed", phase.Text("Status")));
        Assert.Equal("200", api.Text("StatusCode"));
        Assert.StartsWith("Tls1", api.Text("Protocol"), StringComparison.OrdinalIgnoreCase);
        Assert.True((double)api.Get("CertificateDaysLeft")! > 80);
        Assert.True((long)api.Get("BodyBytes")! > 0);
    }

    [Fact]
    public void Endpoints_come_by_value()
    {
        var results = Succeed("Test-CivicQEndpoint -TimeoutSeconds 60", [Redis, Closed]);
        Assert.Equal(["False", "True"], All(results, "Passed").Order(StringComparer.Ordinal));
        Assert.Equal("ConnectionRefused", Assert.Single(results, result => !(bool)result.Get("Passed")!).Text("ErrorId"));
    }

    [Fact]
    public void What_failed_is_tested_again_by_property_name()
    {
        var results = Succeed($"Test-CivicQEndpoint {Redis}, {Closed} -TimeoutSeconds 60 | Where-Object Passed -eq $false | Test-CivicQEndpoint -TimeoutSeconds 60");
        Assert.Equal("Tcp", Assert.Single(results).Text("FailedPhase"));
    }

    [Theory]
    [InlineData("", "True", "")]
    [InlineData("-ExpectedStatus 204, 404", "False", "HttpStatusUnexpected")]
    [InlineData("-ExpectedStatus 200", "True", "")]
    public void The_status_expected_counts(string arguments, string passed, string errorId)
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Assert.Single(Succeed($"Test-CivicQEndpoint {LabParts.ApiAddress}health -Environment calm {arguments}"));
        Assert.Equal(passed, result.Text("Passed"));
        Assert.Equal(errorId, result.Text("ErrorId"));
    }

    [Theory]
    [InlineData("error", "HttpStatusUnexpected")]
    [InlineData("reset", "ConnectionClosed")]
    public void An_API_that_fails_breaks_in_the_last_phase(string mode, string errorId)
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        using var fault = LabParts.Fault(mode);
        var result = Assert.Single(Succeed($"Test-CivicQEndpoint {LabParts.ApiAddress}health -Environment calm"));
        Assert.Equal("Http", result.Text("FailedPhase"));
        Assert.Equal(errorId, result.Text("ErrorId"));
        Assert.NotEqual("", result.Text("NextStep"));
    }

    [Fact]
    public async Task A_hung_server_costs_its_own_time_only()
    {
        await using var silent = LoopbackServer.Silent();
        var results = Succeed($"Test-CivicQEndpoint http://127.0.0.1:{silent.Port}/, {Closed} -TimeoutSeconds 3");
        var hung = Assert.Single(results, result => result.Text("Endpoint").StartsWith("http:", StringComparison.Ordinal));
        Assert.Equal("Http", hung.Text("FailedPhase"));
        Assert.Equal("ConnectionTimedOut", hung.Text("ErrorId"));
        Assert.Contains("within 3 s", hung.Text("Reason"), StringComparison.Ordinal);
        Assert.Equal("ConnectionRefused", Assert.Single(results, result => result != hung).Text("ErrorId"));
        await silent.EmptyAsync();
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_leaves_no_connection()
    {
        await using var silent = LoopbackServer.Silent();
        await StopAsync($"Test-CivicQEndpoint http://127.0.0.1:{silent.Port}/ -TimeoutSeconds 600", silent);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Quiet_gives_one_answer_for_all(bool withDead, bool answer)
    {
        var result = Invoke($"Test-CivicQEndpoint {Redis}{(withDead ? ", " + Closed : "")} -TimeoutSeconds 60 -Quiet");
        Assert.Equal(answer, Assert.Single(result.Output));
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void Quiet_counts_what_is_no_endpoint()
    {
        var result = Invoke($"Test-CivicQEndpoint 'ho st', {Redis} -TimeoutSeconds 60 -Quiet");
        Assert.Equal(false, Assert.Single(result.Output));
        Assert.Equal(["EndpointInvalid"], Ids(result));
    }

    [Theory]
    [InlineData("bare", "ComponentNotConfigured")]
    [InlineData("nosuch", "EnvironmentNotFound")]
    public void Quiet_counts_what_could_not_be_tested(string environment, string errorId)
    {
        using var file = new EnvironmentsFile(("good", LabParts.Only("cache", LabParts.Cache())), ("bare", new JsonObject()));
        var result = Invoke($"Test-CivicQEndpoint -Environment good, {environment} -Quiet");
        Assert.Equal(false, Assert.Single(result.Output));
        Assert.Equal([errorId], Ids(result));
    }

    [Fact]
    public void Several_environments_each_test_their_own()
    {
        using var file = new EnvironmentsFile(
            ("good", LabParts.Only("cache", LabParts.Cache())), ("dead", LabParts.Only("cache", LabParts.Cache(LoopbackServer.ClosedPort()))), ("bare", new JsonObject()));
        var result = Invoke("Test-CivicQEndpoint -Environment good, dead, bare");
        Assert.Equal(["ComponentNotConfigured"], Ids(result));
        Assert.Equal("bare", result.Errors[0].TargetObject);
        Assert.Equal("True", Assert.Single(result.Output, one => one!.Text("Environment") == "good")!.Text("Passed"));
        Assert.Equal("ConnectionRefused", Assert.Single(result.Output, one => one!.Text("Environment") == "dead")!.Text("ErrorId"));
    }

    [Fact]
    public async Task Certificates_are_judged_on_the_way()
    {
        using var authority = new TestAuthority();
        using var expired = authority.Issue(fromDays: -400, toDays: -2);
        using var other = authority.Issue("www.example.org");
        await using var first = TestAuthority.Serve(expired);
        await using var second = TestAuthority.Serve(other);
        var environment = new JsonObject { ["tls"] = new JsonObject { ["certificateAuthority"] = authority.RootFile }, ["timeoutSeconds"] = 60 };
        using var file = new EnvironmentsFile(("tls", environment));
        var results = Succeed($"Test-CivicQEndpoint tls://localhost:{first.Port}, tls://localhost:{second.Port} -Environment tls");
        Assert.Equal(2, results.Count);
        Assert.All(results, result => Assert.Equal("Tls", result.Text("FailedPhase")));
        Assert.All(results, result => Assert.Equal("CertificateInvalid", result.Text("ErrorId")));
        Assert.Contains("expired", Assert.Single(results, result => result.Text("Endpoint").EndsWith($":{first.Port}", StringComparison.Ordinal)).Text("Reason"), StringComparison.Ordinal);
        Assert.Contains("www.example.org", Assert.Single(results, result => result.Text("Endpoint").EndsWith($":{second.Port}", StringComparison.Ordinal)).Text("Reason"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-ExpectedStatus 99")]
    [InlineData("-TimeoutSeconds 0")]
    [InlineData("-ThrottleLimit 0")]
    public void Parameters_have_their_ranges(string arguments)
    {
        var result = Invoke("Test-CivicQEndpoint tcp://127.0.0.1:1 " + arguments);
        Assert.Equal(["ParameterArgumentValidationError"], Ids(result));
        Assert.True(result.Terminated);
    }

    [Fact]
    public void Passwords_of_addresses_are_in_no_stream()
    {
        const string Planted = "PlantedSecret-4712";
        var result = Invoke($"Test-CivicQEndpoint redis://user:{Planted}@127.0.0.1:{LoopbackServer.ClosedPort()}/0, postgresql://civicq:{Planted}@nosuchhost.invalid/civicq, gopher://u:{Planted}@host -Verbose -Debug");
        Assert.Equal(2, result.Output.Count);
        Assert.Equal(["EndpointInvalid"], Ids(result));
        var said = string.Join('\n', result.Output.Select(one => one!.ToString()).Concat(result.Verbose).Concat(result.Debug).Concat(result.Warnings)
            .Concat(result.Errors.Select(error => $"{error} {error.Exception} {error.TargetObject}")));
        Assert.DoesNotContain(Planted, said, StringComparison.OrdinalIgnoreCase);
    }
}
