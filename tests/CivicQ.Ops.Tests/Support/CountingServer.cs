using System.Net;
using System.Net.Sockets;

namespace CivicQ.Ops.Tests.Support;

/// <summary>A server on loopback that takes every connection, tells of it, and never says a word.</summary>
internal sealed class CountingServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> sockets = [];
    private readonly Action<int> accepted;
    private int count;

    public CountingServer(Action<int> accepted)
    {
        this.accepted = accepted;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose()
    {
        listener.Dispose();
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync();
                lock (sockets)
                {
                    sockets.Add(socket);
                }

                accepted(++count);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
