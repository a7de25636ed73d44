using System.Security.Cryptography;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Tests.Services.Docker;

public sealed class DockerEndpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("unix:///var/run/docker.sock", DockerEndpointKind.Unix, "/var/run/docker.sock", 0)]
    [InlineData("npipe:////./pipe/docker_engine", DockerEndpointKind.Pipe, "docker_engine", 0)]
    [InlineData("tcp://10.0.0.7:2375", DockerEndpointKind.Tcp, "10.0.0.7", 2375)]
    [InlineData("tcp://docker.example", DockerEndpointKind.Tcp, "docker.example", 2375)]
    [InlineData("tcp://[::1]:99", DockerEndpointKind.Tcp, "::1", 99)]
    [InlineData("https://docker.example", DockerEndpointKind.Tls, "docker.example", 2376)]
    public void Addresses_are_read(string address, DockerEndpointKind kind, string host, int port)
    {
        var endpoint = DockerEndpoint.Parse(address);

        Assert.Equal((kind, host.Trim('[', ']'), port), (endpoint.Kind, endpoint.Host.Trim('[', ']'), endpoint.Port));
    }

    [Theory]
    [InlineData("ssh://ops@host", "ssh -NL")]
    [InlineData("unix://relative", "no Docker endpoint")]
    [InlineData("npipe://x", "no Docker endpoint")]
    [InlineData("tcp://", "no Docker endpoint")]
    [InlineData("tcp://user:pw@host", "no Docker endpoint")]
    [InlineData("docker.sock", "no Docker endpoint")]
    [InlineData("", "no Docker endpoint")]
    public void Others_are_refused(string address, string words)
    {
        var error = Assert.Throws<OperationException>(() => DockerEndpoint.Parse(address));

        Assert.Equal(DockerErrors.EndpointInvalid, error.Definition);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_said_explicitly_comes_before_variables_and_contexts()
    {
        Context("other", """{"Name":"other","Endpoints":{"docker":{"Host":"tcp://of.context:1"}}}""");
        var variables = Variables(("DOCKER_HOST", "tcp://of.variable:2"), ("DOCKER_CONTEXT", "other"));

        Assert.Equal("explicit", DockerEndpointResolver.Resolve(new DockerOptions { Host = "tcp://explicit:3", Context = "other" }, variables).Host);
        Assert.Equal("of.context", DockerEndpointResolver.Resolve(new DockerOptions { Context = "other" }, variables).Host);
        Assert.Equal("of.variable", DockerEndpointResolver.Resolve(new DockerOptions(), variables).Host);
        Assert.Equal("of.context", DockerEndpointResolver.Resolve(new DockerOptions(), Variables(("DOCKER_CONTEXT", "other"))).Host);
    }

    [Fact]
    public void The_context_that_the_docker_CLI_uses_is_used_and_default_is_the_systems()
    {
        Context("chosen", """{"Name":"chosen","Endpoints":{"docker":{"Host":"unix:///chosen.sock"}}}""");
        File.WriteAllText(folder.File("config.json"), """{"auths":{},"currentContext":"chosen"}""");

        var chosen = DockerEndpointResolver.Resolve(new DockerOptions(), Variables());
        Assert.Equal(("/chosen.sock", "chosen"), (chosen.Host, chosen.Context));
        Assert.Null(DockerEndpointResolver.Resolve(new DockerOptions(), Variables(("DOCKER_CONTEXT", "default"))).Context);
        File.Delete(folder.File("config.json"));
        Assert.Null(DockerEndpointResolver.Resolve(new DockerOptions(), Variables()).Context);
    }

    [Fact]
    public void A_context_with_certificates_is_spoken_to_over_TLS()
    {
        var hash = Context("remote", """{"Name":"remote","Endpoints":{"docker":{"Host":"tcp://remote:2376","SkipTLSVerify":false}}}""");
        var certificates = Directory.CreateDirectory(Path.Combine(folder.Path, "contexts", "tls", hash, "docker"));

        var endpoint = DockerEndpointResolver.Resolve(new DockerOptions { Context = "remote" }, Variables());

        Assert.Equal((DockerEndpointKind.Tls, certificates.FullName, false), (endpoint.Kind, endpoint.CertificateFolder!, endpoint.SkipVerification));
    }

    [Theory]
    [InlineData(null, null, DockerEndpointKind.Tcp, null)]
    [InlineData("1", null, DockerEndpointKind.Tls, "")]
    [InlineData("1", "/certs", DockerEndpointKind.Tls, "/certs")]
    public void Variables_ask_for_TLS(string? verify, string? certificates, DockerEndpointKind kind, string? expected)
    {
        var endpoint = DockerEndpointResolver.Resolve(
            new DockerOptions(), Variables(("DOCKER_HOST", "tcp://h:2376"), ("DOCKER_TLS_VERIFY", verify), ("DOCKER_CERT_PATH", certificates)));

        Assert.Equal((kind, expected is "" ? folder.Path : expected, false), (endpoint.Kind, endpoint.CertificateFolder, endpoint.SkipVerification));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    [InlineData("""{"Endpoints":{}}""")]
    [InlineData("""{"Endpoints":{"docker":{"Host":null}}}""")]
    public void A_context_that_is_not_there_or_broken_is_an_error(string? meta)
    {
        if (meta is not null)
        {
            Context("gone", meta);
        }

        var error = Assert.Throws<OperationException>(() => DockerEndpointResolver.Resolve(new DockerOptions { Context = "gone" }, Variables()));

        Assert.Equal(DockerErrors.ContextInvalid, error.Definition);
    }

    private string Context(string name, string meta)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name))).ToLowerInvariant();
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(folder.Path, "contexts", "meta", hash)).FullName, "meta.json"), meta);
        return hash;
    }

    private Func<string, string?> Variables(params (string Name, string? Value)[] variables) =>
        name => string.Equals(name, "DOCKER_CONFIG", StringComparison.Ordinal) ? folder.Path : variables.FirstOrDefault(pair => string.Equals(pair.Name, name, StringComparison.Ordinal)).Value;
}
