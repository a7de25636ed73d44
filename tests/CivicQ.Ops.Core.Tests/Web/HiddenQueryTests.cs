using System.Text.Json;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Tests.Web;

/// <summary>Tokens in addresses, and what a redirect says.</summary>
public sealed class HiddenQueryTests
{
    private const string Planted = "MARKED-t0ken";

    [Theory]
    [InlineData("https://user:pass@example.com:8443/a/b?token=x#c", "https://example.com:8443/a/b?…")]
    [InlineData("http://example.com/?", "http://example.com/")]
    [InlineData("https://[::1]/x", "https://[::1]/x")]
    public void Addresses_are_shown_without_user_and_query(string address, string expected) => Assert.Equal(expected, AddressText.Of(new Uri(address)));

    [Theory]
    [InlineData("nonsense://x?token=" + Planted)]
    [InlineData("host name?token=" + Planted)]
    [InlineData("https://" + Planted + "@:x/")]
    public void What_is_no_endpoint_is_not_repeated_with_its_token(string text)
    {
        var error = Assert.Throws<OperationException>(() => NetworkEndpoint.Parse(text));
        Assert.DoesNotContain(Planted, error.Message + error.Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task The_query_is_sent_and_not_shown_by_the_endpoint_test(int status)
    {
        await using var server = new HttpLoopback().On("/x?token=" + Planted, status, "text/plain", "good");
        var reporter = new RecordingReporter();
        var result = await EndpointTester.TestAsync(
            TestContext.Of(reporter: reporter), NetworkEndpoint.Parse($"http://u:{Planted}@127.0.0.1:{server.Port}/x?token={Planted}"), [], TimeSpan.FromSeconds(30), CancellationToken.None);
        Assert.Equal((status, status == 200), (result.StatusCode!.Value, result.Passed));
        Assert.Equal($"http://127.0.0.1:{server.Port}/x?…", result.Endpoint);
        Assert.DoesNotContain(Planted, JsonSerializer.Serialize(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_of_api_and_site_says_where_it_leads_and_what_to_do_without_its_query()
    {
        var headers = $"Location: https://u:{Planted}@login.example.com/start?next={Planted}\r\n";
        await using var server = new HttpLoopback().On("/health", 302, "text/html", "", headers).On("/metrics", 302, "text/html", "", headers).On("/", 302, "text/html", "");
        var context = TestContext.Of(server.Address, server.Address, timeout: 60);
        var api = await new ApiHealthProbe().CheckAsync(context, ThresholdSet.For(context.Environment), CancellationToken.None);
        var site = Assert.Single(await new SiteHealthProbe().CheckAsync(context, ThresholdSet.For(context.Environment), CancellationToken.None));
        var response = Assert.Single(api, result => result.Check == "Response");
        Assert.Equal("/health answered 302, a redirect that leads to https://login.example.com/start?….", response.Detail);
        Assert.Equal("The site answered 302, a redirect that does not say where it leads.", site.Detail);
        Assert.All([response, site], result => Assert.Equal(
            (HealthStatus.Unhealthy, WebErrors.Redirected.Id, WebErrors.Redirected.RecommendedAction), (result.Status, result.ErrorId!, result.NextStep)));
        Assert.DoesNotContain(Planted, JsonSerializer.Serialize(api), StringComparison.Ordinal);
    }

    [Fact]
    public void User_and_password_of_a_variables_address_are_dropped()
    {
        var environment = VariableEnvironment.Read(name => name == "CIVICQ_API_URL" ? $"https://u:{Planted}@api.example.com/v1?token={Planted}" : null);
        Assert.Equal("api.example.com", environment.Api!.Url.Host);
        Assert.Equal("", environment.Api.Url.UserInfo);
        Assert.Equal(["Api: https://api.example.com/v1?…"], EnvironmentInfo.Of(environment, isDefault: true, connected: false).Addresses);
    }
}
