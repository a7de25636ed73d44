using System.Net;
using System.Net.Sockets;

namespace CivicQ.Tests;

/// <summary>A TCP server on loopback; what it says to each connection is the test's.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task accepting;
    private int open;

    public LoopbackServer(Func<Stream, CancellationToken, Task> serve)
    {
        listener.Start(2048);
        accepting = AcceptAsync(serve);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Completes with the first connection.</summary>
    public Task Reached => reached.Task;

    /// <summary>A port that nothing listens on.</summary>
    public static int ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Accepts, reads, and never says a word.</summary>
    public static LoopbackServer Silent() => new(async (stream, token) =>
    {
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, token) > 0)
        {
        }
    });

    /// <summary>Completes when no client is connected any more; a log-in to PostgreSQL may last half a minute longer than its caller.</summary>
    public async Task EmptyAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (Volatile.Read(ref open) > 0)
        {
            await Task.Delay(10, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync(Func<Stream, CancellationToken, Task> serve)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref open);
                reached.TrySetResult();
                _ = ServeAsync(client, serve);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server's end.
        }
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> serve)
    {
        using (client)
        {
            try
            {
                await serve(client.GetStream(), stop.Token);
            }
            catch (Exception)
            {
                // A client that hangs up, or the server's end.
            }
        }

        Interlocked.Decrement(ref open);
    }
}
