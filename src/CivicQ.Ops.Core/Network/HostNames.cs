using System.Collections.Concurrent;
using System.Net;

namespace CivicQ.Ops.Core.Network;

/// <summary>Looks names up, each once: hundreds of endpoints of one scan often share a host. It lives no longer than the scan, for answers age.</summary>
internal sealed class HostNames
{
    private readonly ConcurrentDictionary<string, Lazy<Task<IPAddress[]>>> asked = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The addresses of a host.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="cancellationToken">Ends the waiting; the system's own look-up cannot be interrupted.</param>
    /// <returns>The addresses, in the system's order.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">The name is unknown, or nobody can be asked.</exception>
    public Task<IPAddress[]> LookUpAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var literal)
            ? Task.FromResult<IPAddress[]>([literal])
            : asked.GetOrAdd(host, name => new Lazy<Task<IPAddress[]>>(() => AskAsync(name))).Value.WaitAsync(cancellationToken);

    // getaddrinfo blocks its thread: hundreds of names at once must not use up the pool.
    private static Task<IPAddress[]> AskAsync(string host) => Task.Factory.StartNew(
        () => Dns.GetHostAddresses(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
