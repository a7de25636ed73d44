using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Client;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

/// <summary>What a session keeps of its clusters.</summary>
public sealed class KubernetesConnectionsTests
{
    private const string Version = "version";

    [SkippableFact]
    public async Task The_next_command_does_not_connect_again_until_it_was_cut_off()
    {
        var lab = await KubernetesLab.GetAsync();
        await using var proxy = new CuttingProxy(lab.Port);
        using var folder = new TemporaryFolder();
        var options = new KubernetesOptions { Files = [folder.File("config")], Context = "lab", RequestTimeout = TimeSpan.FromSeconds(60) };
        await File.WriteAllTextAsync(options.Files[0], (await File.ReadAllTextAsync(lab.Kubeconfig)).Replace($":{lab.Port}\"", $":{proxy.Port}\"", StringComparison.Ordinal));
        using var connections = new KubernetesConnections();
        async Task AskAsync()
        {
            using var client = await connections.OpenAsync(options, CancellationToken.None);
            Assert.NotEmpty(await client.GetAsync(Version, Cluster.Patience));
        }

        await AskAsync();
        await AskAsync();
        Assert.Equal(1, proxy.Accepted);
        proxy.Cut();
        await AskAsync();
        Assert.Equal(2, proxy.Accepted);

        connections.Dispose();
        await AskAsync();
        Assert.Equal(3, proxy.Accepted);
    }

    [Fact]
    public async Task A_kubeconfig_that_was_changed_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var options = new KubernetesOptions { Files = [folder.File("config")] };
        using var connections = new KubernetesConnections();
        foreach (var port in new[] { 6443, 6444, 16443 })
        {
            await File.WriteAllTextAsync(options.Files[0], Cluster.PlainConfig(port).Replace("http://", "https://", StringComparison.Ordinal));
            File.SetLastWriteTimeUtc(options.Files[0], DateTime.UnixEpoch.AddSeconds(port));
            using var first = await connections.OpenAsync(options, CancellationToken.None);
            using var second = await connections.OpenAsync(options, CancellationToken.None);
            Assert.Equal((port, port), (first.Server.Port, second.Server.Port));
            // What is replaced goes with its last client: a session that lives for months does not gather them.
            Assert.Equal(1, connections.Count);
        }

        File.Delete(options.Files[0]);
        var error = await Assert.ThrowsAsync<OperationException>(() => connections.OpenAsync(options, CancellationToken.None));
        Assert.Equal(KubernetesErrors.ConfigNotFound, error.Definition);
    }

    [Fact]
    public async Task Another_context_or_namespace_is_another_client()
    {
        using var folder = new TemporaryFolder();
        var options = new KubernetesOptions { Files = [folder.File("config")] };
        await File.WriteAllTextAsync(options.Files[0], Cluster.PlainConfig(6443).Replace("http://", "https://", StringComparison.Ordinal));
        using var connections = new KubernetesConnections();
        using var usual = await connections.OpenAsync(options, CancellationToken.None);
        using var other = await connections.OpenAsync(options with { Namespace = "other" }, CancellationToken.None);
        Assert.Equal(("n", "other"), (usual.Namespace, other.Namespace));
        var error = await Assert.ThrowsAsync<OperationException>(() => connections.OpenAsync(options with { Context = "nonesuch" }, CancellationToken.None));
        Assert.Equal(KubernetesErrors.ContextNotFound, error.Definition);
    }
}
