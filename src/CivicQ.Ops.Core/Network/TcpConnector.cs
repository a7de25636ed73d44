using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Network;

/// <summary>Resolves names and connects, one address after the other.</summary>
internal static class TcpConnector
{
    /// <summary>Connects.</summary>
    /// <param name="host">Name or address.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="trace">Filled in with what happened.</param>
    /// <param name="names">Where names are looked up.</param>
    /// <param name="timeout">The time for all; each of several addresses has its share, so that a dead one leaves time for the next.</param>
    /// <param name="cancellationToken">Ends the attempt; its reason is the caller's to tell.</param>
    /// <returns>The connection; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="NetworkErrors"/>.</exception>
    public static async Task<NetworkStream> ConnectAsync(
        string host, int port, ConnectionTrace trace, HostNames names, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, trace, names, cancellationToken).ConfigureAwait(false);
        var started = Stopwatch.GetTimestamp();
        SocketException? last = null;
        var target = $"{host}:{port}";
        try
        {
            foreach (var address in addresses)
            {
                var attempt = Stopwatch.GetTimestamp();
                using var share = new Deadline(timeout / addresses.Length, cancellationToken);
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, port), share.Token).ConfigureAwait(false);
                    trace.Attempts.Add(new ConnectionAttempt(address.ToString(), Stopwatch.GetElapsedTime(attempt), null));
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch (Exception error)
                {
                    socket.Dispose();
                    var failure = share.Passed ? new SocketException((int)SocketError.TimedOut) : error as SocketException;
                    trace.Attempts.Add(new ConnectionAttempt(address.ToString(), Stopwatch.GetElapsedTime(attempt), failure?.Message ?? "no answer"));
                    if (failure is null)
                    {
                        throw;
                    }

                    last = failure;
                }
            }
        }
        finally
        {
            trace.TcpDuration = Stopwatch.GetElapsedTime(started);
        }

        throw NetworkFailure.Translate(last!, target);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, ConnectionTrace trace, HostNames names, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var addresses = await names.LookUpAsync(host, cancellationToken).ConfigureAwait(false);
            trace.Addresses = [.. addresses.Select(address => address.ToString())];
            trace.Resolved = addresses.Length > 0;
            return addresses.Length > 0 ? addresses : throw new OperationException(NetworkErrors.DnsFailed, $"{host}: the name has no address.", host);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw new OperationException(NetworkErrors.DnsFailed, $"{host}: {error.Message}", host, error);
        }
        finally
        {
            trace.DnsDuration = Stopwatch.GetElapsedTime(started);
        }
    }
}
