using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

/// <summary>A proxy on loopback before a unix socket, which can cut all connections in the middle.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> open = new();
    private readonly string target;
    private readonly Task accepting;

    public CuttingProxy(string target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Cuts what is connected, without a word to either side.</summary>
    public int Cut()
    {
        var cut = 0;
        foreach (var socket in open.Keys)
        {
            if (open.TryRemove(socket, out _))
            {
                socket.Close(0);
                cut++;
            }
        }

        return cut;
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        Cut();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptSocketAsync()));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The end.
        }

        Cut();
        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        open[client] = 0;
        try
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(target));
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
            // The engine is away: so is the proxy.
        }
        finally
        {
            open.TryRemove(client, out _);
            client.Close(0);
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
