using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Lab;

/// <summary>One whole lab for the tests that only look at it, or that put back what they change.</summary>
public sealed class RunningLab : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestLab lab = new();

    public IReadOnlyList<LabServer> Servers { get; private set; } = [];

    internal LabStore Store => lab.Store;

    internal LabService Service => lab.Service;

    internal IEnumerable<string> Warnings => lab.Warnings;

    public CivicQEnvironment Environment => LabEnvironment.Read(Store)!;

    public string AdminToken => File.ReadAllText(Store.SecretFile("admin-token"));

    /// <summary>A client that trusts the lab's authority and nobody else.</summary>
    public HttpClient Client(bool admin = false)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(Environment.Tls.CertificateAuthority!);
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
        var client = new HttpClient(handler) { BaseAddress = Environment.Api!.Url, Timeout = TimeSpan.FromSeconds(20) };
        client.DefaultRequestHeaders.Authorization = admin ? new AuthenticationHeaderValue("Bearer", AdminToken) : null;
        return client;
    }

    public async Task InitializeAsync() => Servers = await Service.StartAsync(TestLab.Options, CancellationToken.None);

    public Task DisposeAsync() => lab.DisposeAsync().AsTask();

    ValueTask IAsyncDisposable.DisposeAsync() => lab.DisposeAsync();
}
