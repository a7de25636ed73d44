using System.Net;
using System.Net.Sockets;

namespace CivicQ.Ops.Core.Tests.Services.Kubernetes;

/// <summary>A TCP proxy on loopback whose connections the test can cut, and which it can shut for a while.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> open = [];
    private readonly CancellationTokenSource stop = new();
    private readonly int target;
    private readonly Task accepting;
    private volatile bool shut;

    public CuttingProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many connections there have been.</summary>
    public int Accepted { get; private set; }

    /// <summary>Closes all connections; new ones are refused at once while it is shut.</summary>
    /// <returns>How many were cut.</returns>
    public int Cut(bool shut = false)
    {
        this.shut = shut;
        lock (open)
        {
            var number = open.Count;
            open.ForEach(client => client.Client?.Close(0));
            open.Clear();
            return number;
        }
    }

    public void Open() => shut = false;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        Cut(shut: true);
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Accepted++;
                if (shut)
                {
                    client.Client.Close(0);
                    continue;
                }

                _ = ForwardAsync(client);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The proxy's end.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target, stop.Token);
            lock (open)
            {
                open.Add(client);
                open.Add(server);
            }

            await Task.WhenAny(
                client.GetStream().CopyToAsync(server.GetStream(), stop.Token), server.GetStream().CopyToAsync(client.GetStream(), stop.Token));
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Cut.
        }
        finally
        {
            client.Dispose();
        }
    }
}
