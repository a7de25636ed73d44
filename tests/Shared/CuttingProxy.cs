using System.Net;
using System.Net.Sockets;

namespace CivicQ.Tests;

/// <summary>A proxy on loopback whose connections the test can cut in the middle, and which it can shut for a while.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<Socket> open = [];
    private readonly EndPoint target;
    private readonly Task accepting;
    private volatile bool shut;

    /// <summary>Stands before a port of loopback.</summary>
    public CuttingProxy(int port)
        : this(new IPEndPoint(IPAddress.Loopback, port))
    {
    }

    /// <summary>Stands before a unix socket.</summary>
    public CuttingProxy(string socket)
        : this(new UnixDomainSocketEndPoint(socket))
    {
    }

    private CuttingProxy(EndPoint target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>The proxy's port on loopback.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections there have been.</summary>
    public int Accepted { get; private set; }

    /// <summary>Cuts what is connected, without a word to either side; new connections are refused at once while it is shut.</summary>
    /// <returns>How many were cut.</returns>
    public int Cut(bool shut = false)
    {
        this.shut = shut;
        lock (open)
        {
            var cut = open.Count;
            foreach (var socket in open)
            {
                socket.Close(0);
            }

            open.Clear();
            return cut;
        }
    }

    /// <summary>Takes connections again.</summary>
    public void Open() => shut = false;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        Cut(shut: true);
        await accepting;
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync();
                Accepted++;
                connections.Add(ServeAsync(client));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The proxy's end.
        }

        Cut(shut: true);
        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(target.AddressFamily, SocketType.Stream, target is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        lock (open)
        {
            if (shut)
            {
                client.Close(0);
                return;
            }

            open.Add(client);
        }

        try
        {
            await server.ConnectAsync(target);
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (SocketException)
        {
            // The server is away: so is the proxy.
        }
        finally
        {
            lock (open)
            {
                open.Remove(client);
            }

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
