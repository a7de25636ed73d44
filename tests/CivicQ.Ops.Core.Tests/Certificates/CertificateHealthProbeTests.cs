using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Certificates;

public sealed class CertificateHealthProbeTests(TestAuthority authority) : IClassFixture<TestAuthority>
{
    [Fact]
    public async Task Each_endpoint_has_its_own_result()
    {
        await using var good = new HttpLoopback(authority.Serve(authority.Issue()));
        await using var ending = new HttpLoopback(authority.Serve(authority.Issue(toDays: 20)));
        await using var expired = new HttpLoopback(authority.Serve(authority.Issue(toDays: -1)));
        await using var silent = LoopbackServer.Silent();
        var context = TestContext.Of(
            api: new Uri($"https://localhost:{good.Port}"), site: new Uri($"https://localhost:{good.Port}/"), authority: authority.RootFile, timeout: 5,
            certificates: [$"localhost:{ending.Port}", $"localhost:{expired.Port}", $"localhost:{silent.Port}"]);

        var results = await HealthRunner.CheckOneAsync(new CertificateHealthProbe(), context, ThresholdSet.For(context.Environment), default);

        Assert.Equal(4, results.Count);
        Assert.All(results, result => Assert.Equal(("test", "Certificate"), (result.Environment, result.Component)));
        HealthResult Of(int port) => results.Single(result => result.Check == $"localhost:{port}");
        Assert.Equal(HealthStatus.Healthy, Of(good.Port).Status);
        Assert.Equal("> 30 days", Of(good.Port).Threshold!.ToString());
        Assert.Equal(HealthStatus.Degraded, Of(ending.Port).Status);
        Assert.Contains("certbot renew", Of(ending.Port).NextStep, StringComparison.Ordinal);
        Assert.Equal((HealthStatus.Unhealthy, CertificateErrors.Invalid.Id), (Of(expired.Port).Status, Of(expired.Port).ErrorId!));
        Assert.Equal((HealthStatus.Unhealthy, NetworkErrors.TimedOut.Id), (Of(silent.Port).Status, Of(silent.Port).ErrorId!));
    }

    [Fact]
    public void An_environment_without_tls_has_no_certificates()
    {
        var probe = new CertificateHealthProbe();
        Assert.False(probe.IsConfigured(new CivicQEnvironment { Name = "x", Api = new ApiSettings { Url = new Uri("http://x") } }));
        Assert.True(probe.IsConfigured(new CivicQEnvironment { Name = "x", Api = new ApiSettings { Url = new Uri("https://x") } }));
    }
}
