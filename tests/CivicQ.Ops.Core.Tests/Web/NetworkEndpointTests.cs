using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Tests.Web;

public sealed class NetworkEndpointTests
{
    [Theory]
    [InlineData("example.com", EndpointScheme.Https, "example.com", 443, "https://example.com/")]
    [InlineData(" example.com:8443 ", EndpointScheme.Tcp, "example.com", 8443, "example.com:8443")]
    [InlineData("example.com:443", EndpointScheme.Https, "example.com", 443, "https://example.com/")]
    [InlineData("db:5432", EndpointScheme.PostgreSql, "db", 5432, "postgresql://db:5432")]
    [InlineData("cache:6379", EndpointScheme.Redis, "cache", 6379, "redis://cache:6379")]
    [InlineData("10.0.0.1:80", EndpointScheme.Http, "10.0.0.1", 80, "http://10.0.0.1/")]
    [InlineData("[::1]:8443", EndpointScheme.Tcp, "::1", 8443, "[::1]:8443")]
    [InlineData("::1", EndpointScheme.Https, "::1", 443, "https://[::1]/")]
    [InlineData("https://user:pw@example.com/a?b=1#c", EndpointScheme.Https, "example.com", 443, "https://example.com/a?…")]
    [InlineData("postgresql+asyncpg://user:pw@db/civicq", EndpointScheme.PostgreSql, "db", 5432, "postgresql://db:5432")]
    [InlineData("rediss://:pw@cache/0", EndpointScheme.RedisTls, "cache", 6379, "rediss://cache:6379")]
    [InlineData("bücher.example:443", EndpointScheme.Https, "xn--bcher-kva.example", 443, null)]
    public void Endpoints_are_read(string text, EndpointScheme scheme, string host, int port, string? written)
    {
        var endpoint = NetworkEndpoint.Parse(text);

        Assert.Equal((scheme, host, port), (endpoint.Scheme, endpoint.Host, endpoint.Port));
        Assert.Equal(written ?? endpoint.ToString(), endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:http")]
    [InlineData("ho st")]
    [InlineData("ftp://host")]
    [InlineData("https://")]
    [InlineData("tcp://host")]
    [InlineData("user:s3cret@ho st:1")]
    public void What_is_no_endpoint_is_an_error_without_secrets(string text)
    {
        var error = Assert.Throws<OperationException>(() => NetworkEndpoint.Parse(text));

        Assert.Equal(NetworkErrors.EndpointInvalid, error.Definition);
        Assert.DoesNotContain("s3cret", error.Message + error.Target, StringComparison.Ordinal);
    }
}
