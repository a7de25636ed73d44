using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Queue;
using CivicQ.Ops.Core.Tests.Certificates;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Cache;

/// <summary>A real redis-server that speaks TLS with a certificate of the tests' authority.</summary>
public sealed class RedisTlsTests(TestAuthority authority) : IClassFixture<TestAuthority>
{
    [Fact]
    public async Task Cache_and_queue_are_asked_over_TLS()
    {
        await using var server = await StartAsync("localhost");
        var context = Context(server, "localhost", authority.RootFile);
        foreach (var probe in new IHealthProbe[] { new CacheHealthProbe(), new QueueHealthProbe() })
        {
            var results = await HealthRunner.CheckOneAsync(probe, context, ThresholdSet.For(context.Environment), CancellationToken.None);
            Assert.NotEmpty(results);
            Assert.All(results, result => Assert.Null(result.ErrorId));
            Assert.Contains(results, result => result.Check is "Memory" or "Workers");
        }
    }

    [Fact]
    public async Task Another_authority_and_another_name_are_refused()
    {
        using var other = new TestAuthority();
        await using var server = await StartAsync("localhost");
        await RefusedAsync(Context(server, "localhost", other.RootFile), "not trusted");
        await RefusedAsync(Context(server, "localhost", null), "not trusted");
        await using var elsewhere = await StartAsync("redis.example.org");
        await RefusedAsync(Context(elsewhere, "localhost", authority.RootFile), "another name");
    }

    private static async Task RefusedAsync(EnvironmentContext context, string words)
    {
        foreach (var probe in new IHealthProbe[] { new CacheHealthProbe(), new QueueHealthProbe() })
        {
            var result = Assert.Single(await HealthRunner.CheckOneAsync(probe, context, ThresholdSet.For(context.Environment), CancellationToken.None));
            Assert.Equal((HealthStatus.Unhealthy, CacheErrors.CertificateRejected.Id), (result.Status, result.ErrorId!));
            Assert.Contains(words, result.Detail, StringComparison.Ordinal);
        }
    }

    private static EnvironmentContext Context(TlsRedis server, string host, string? root) => TestContexts.Create(
        new CivicQEnvironment
        {
            Name = "t", LocalHost = false, TimeoutSeconds = 60, Queue = new QueueSettings(), Tls = new TlsSettings { CertificateAuthority = root },
            Cache = new RedisSettings { Host = host, Port = server.Port, Tls = true, Password = new SecretReference(SecretScheme.Variable, "redis") },
        },
        ("redis", server.Redis.Password));

    private async Task<TlsRedis> StartAsync(string name)
    {
        using var certificate = authority.Issue(name);
        var (chain, key) = (authority.FileOf(name + ".pem"), authority.FileOf(name + ".key"));
        await File.WriteAllTextAsync(chain, certificate.ExportCertificatePem() + "\n" + authority.Intermediate.ExportCertificatePem());
        await File.WriteAllTextAsync(key, KeyOf(certificate));
        var port = LabPort.Free();
        var redis = await LabRedis.StartAsync(new LabRedisOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["tls-port"] = port.ToString(CultureInfo.InvariantCulture), ["tls-cert-file"] = chain, ["tls-key-file"] = key, ["tls-auth-clients"] = "no",
            },
        });
        return new TlsRedis(redis, port);
    }

    private static string KeyOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem();
    }

    private sealed record TlsRedis(LabRedis Redis, int Port) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Redis.DisposeAsync();
    }
}
