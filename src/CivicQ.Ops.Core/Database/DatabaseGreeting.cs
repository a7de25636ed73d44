using System.Net.Sockets;

namespace CivicQ.Ops.Core.Database;

/// <summary>
/// Waits for a server's first word on a connection of its own. Npgsql does not look at its token while it waits for that word, so that a
/// server which takes connections and is silent would hold Ctrl+C and a socket until the time-out.
/// </summary>
internal static class DatabaseGreeting
{
    // The length 8 and PostgreSQL's request code of TLS, as in "Message Formats" of its documentation. Every server answers with one byte.
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F];

    /// <summary>Waits. Why a server cannot be reached is for Npgsql to say: only silence is waited out here.</summary>
    /// <param name="host">The server's name or address.</param>
    /// <param name="port">Its port.</param>
    /// <param name="cancellationToken">Ends the wait and closes the connection.</param>
    public static async Task AwaitAsync(string host, int port, CancellationToken cancellationToken)
    {
        // A unix socket's folder, or several hosts: Npgsql's own ways.
        if (host.StartsWith('/') || host.Contains(',', StringComparison.Ordinal))
        {
            return;
        }

        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            await socket.SendAsync(SslRequest, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            await socket.ReceiveAsync(new byte[1], SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // Npgsql meets the same and has the words for it.
        }
    }
}
