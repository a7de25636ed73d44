using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Tests.Web;

public sealed class SiteHealthProbeTests
{
    private const string Page = "<!doctype html><html><body><div id=root></div></body></html>";

    [Fact]
    public async Task A_page_is_healthy()
    {
        await using var server = new HttpLoopback().On("/", 200, "text/html; charset=utf-8", Page);
        var results = await CheckAsync(server.Address);

        Assert.Equal(["Response", "Content"], results.Select(result => result.Check));
        Assert.Equal(HealthStatus.Healthy, results[1].Status);
    }

    [Fact]
    public async Task Redirects_are_followed_and_counted()
    {
        await using var server = new HttpLoopback()
            .On("/", 301, "text/html", "", "Location: /en\r\n").On("/en", 302, "text/html", "", "Location: /en/home\r\n").On("/en/home", 200, "text/html", Page);
        var results = await CheckAsync(server.Address);

        Assert.Contains("after 2 redirects, at http://127.0.0.1:", results[0].Detail, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, results[1].Status);
    }

    [Fact]
    public async Task A_circle_of_redirects_is_told_with_its_way()
    {
        await using var server = new HttpLoopback().On("/", 301, "text/html", "", "Location: /a\r\n").On("/a", 301, "text/html", "", "Location: /\r\n");
        var result = Assert.Single(await CheckAsync(server.Address));

        Assert.Equal(WebErrors.RedirectInvalid.Id, result.ErrorId);
        Assert.Contains("in a circle", result.Detail, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Redirects_without_end_are_not_followed_for_ever()
    {
        await using var server = new HttpLoopback();
        for (var i = 0; i < 20; i++)
        {
            server.On(i == 0 ? "/" : $"/{i}", 302, "text/html", "", $"Location: /{i + 1}\r\n");
        }

        var result = Assert.Single(await CheckAsync(server.Address));

        Assert.Equal(WebErrors.RedirectInvalid.Id, result.ErrorId);
        Assert.Equal(6, server.Requests.Count);
    }

    [Theory]
    [InlineData("text/html", "")]
    [InlineData("text/html", "OK")]
    [InlineData("application/json", "{}")]
    public async Task What_is_no_page_is_a_clear_result(string type, string body)
    {
        await using var server = new HttpLoopback().On("/", 200, type, body);
        var results = await CheckAsync(server.Address);

        Assert.Equal((HealthStatus.Unhealthy, WebErrors.BodyInvalid.Id), (results[1].Status, results[1].ErrorId!));
    }

    [Fact]
    public async Task An_error_is_one_fault()
    {
        await using var server = new HttpLoopback().On("/", 502, "text/html", "<html>Bad Gateway</html>");
        var result = Assert.Single(await CheckAsync(server.Address));

        Assert.Equal((HealthStatus.Unhealthy, WebErrors.StatusUnexpected.Id), (result.Status, result.ErrorId!));
        Assert.Contains("502", result.Detail, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<HealthResult>> CheckAsync(Uri address)
    {
        EnvironmentContext context = TestContext.Of(site: address);
        return await HealthRunner.CheckOneAsync(new SiteHealthProbe(), context, ThresholdSet.For(context.Environment), default);
    }
}
