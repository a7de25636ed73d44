using System.Globalization;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>
/// The clusters that a session has worked with: the next command neither reads the kubeconfig nor shakes hands again. A kubeconfig that was changed is
/// read at once; all others after a minute, for files that it names may have changed. Connections that nobody uses are closed after 90 seconds.
/// </summary>
public sealed class KubernetesConnections : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Kept> clusters = new(StringComparer.Ordinal);
    private bool isDisposed;

    /// <summary>How many sets of connections are kept.</summary>
    internal int Count
    {
        get
        {
            lock (clusters)
            {
                return clusters.Count;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (clusters)
        {
            isDisposed = true;
            foreach (var kept in clusters.Values)
            {
                kept.Transport.Retire();
            }

            clusters.Clear();
        }
    }

    /// <summary>Finds the cluster that is meant.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="cancellationToken">Ends the reading of the configuration.</param>
    /// <returns>The client; to dispose of it leaves the connections open.</returns>
    internal async Task<KubernetesClient> OpenAsync(KubernetesOptions options, CancellationToken cancellationToken)
    {
        var files = KubeConfigResolver.Files(options);
        var key = string.Join('\n', [.. files, "", options.Context, options.Namespace, options.RequestTimeout.ToString("c", CultureInfo.InvariantCulture)]);
        var stamp = string.Join('\n', files.Select(Stamp));
        lock (clusters)
        {
            if (clusters.TryGetValue(key, out var kept) && kept.Stamp == stamp && Environment.TickCount64 - kept.Since < Life.TotalMilliseconds)
            {
                return new KubernetesClient(kept.Access, kept.Transport.Use(), options);
            }
        }

        var access = await KubeConfigResolver.ResolveAsync(options, cancellationToken).ConfigureAwait(false);
        var transport = new KubernetesTransport(access, options);
        lock (clusters)
        {
            // Only handshakes are worth keeping.
            if (isDisposed || access.Server.Scheme != Uri.UriSchemeHttps)
            {
                transport.Use().Retire();
                return new KubernetesClient(access, transport, options);
            }

            // One that is replaced may be in use: it goes with its last client.
            clusters.GetValueOrDefault(key)?.Transport.Retire();
            clusters[key] = new Kept(stamp, Environment.TickCount64, access, transport);
            return new KubernetesClient(access, transport.Use(), options);
        }
    }

    private static string Stamp(string file)
    {
        var info = new FileInfo(file);
        return info.Exists ? string.Create(CultureInfo.InvariantCulture, $"{info.LastWriteTimeUtc.Ticks} {info.Length} {info.LinkTarget}") : "";
    }

    private sealed record Kept(string Stamp, long Since, KubernetesAccess Access, KubernetesTransport Transport);
}
