using System.Net;
using System.Net.Sockets;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Database;

public sealed class DatabaseConnectorTests
{
    // So long that no test ends by it.
    private const double Never = 3600;

    private static EnvironmentContext Context(int port, double timeoutSeconds, string sslMode = "prefer") => TestContexts.Create(
        new CivicQEnvironment
        {
            Name = "t", LocalHost = false, TimeoutSeconds = timeoutSeconds,
            Database = new DatabaseSettings { Host = "127.0.0.1", Port = port, Name = "x", User = "x", SslMode = sslMode },
        });

    [Theory]
    [InlineData("disable", "")]
    [InlineData("prefer", "")]
    [InlineData("require", "")]
    [InlineData("prefer", "N")]
    [InlineData("require", "S")]
    public async Task Cancelling_ends_the_wait_for_a_server_that_is_silent_in_the_handshake(string sslMode, string firstWord)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var opening = DatabaseConnector.OpenAsync(Context(((IPEndPoint)listener.LocalEndpoint).Port, Never, sslMode), stop.Token);
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var buffer = new byte[4096];
        Assert.NotEqual(0, await stream.ReadAsync(buffer));
        if (firstWord.Length > 0)
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(firstWord));
            Assert.NotEqual(0, await stream.ReadAsync(buffer));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_connection_that_nobody_waits_for_any_more_goes_with_its_time_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var opening = DatabaseConnector.OpenAsync(Context(((IPEndPoint)listener.LocalEndpoint).Port, 5, "disable"), stop.Token);
        var buffer = new byte[4096];
        using var client = await listener.AcceptTcpClientAsync();
        Assert.NotEqual(0, await client.GetStream().ReadAsync(buffer));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, await ReadToEndAsync(client.GetStream(), buffer).WaitAsync(TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public async Task Ctrl_C_ends_a_health_check_of_a_silent_server()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var context = Context(((IPEndPoint)listener.LocalEndpoint).Port, Never);
        var checking = HealthRunner.CheckOneAsync(new DatabaseHealthProbe(), context, ThresholdSet.For(context.Environment), stop.Token);
        using var client = await listener.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        Assert.NotEqual(0, await client.GetStream().ReadAsync(buffer));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => checking.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task A_silent_server_is_named_in_the_time_outs_message()
    {
        using var server = new SilentServer();
        var context = Context(server.Port, 1);
        var error = await Assert.ThrowsAsync<OperationException>(() => DatabaseConnector.OpenAsync(context, CancellationToken.None));
        Assert.Equal(GeneralErrors.TimedOut, error.Definition);
        Assert.Contains($"127.0.0.1:{server.Port}", error.Message, StringComparison.Ordinal);
        var result = Assert.Single(await HealthRunner.CheckOneAsync(new DatabaseHealthProbe(), context, ThresholdSet.For(context.Environment), CancellationToken.None));
        Assert.Contains($"127.0.0.1:{server.Port}", result.Detail, StringComparison.Ordinal);
        Assert.Equal(GeneralErrors.TimedOut.Id, result.ErrorId);
    }

    // A reset is an end as good as any.
    private static async Task<int> ReadToEndAsync(NetworkStream stream, byte[] buffer)
    {
        try
        {
            int read;
            do
            {
                read = await stream.ReadAsync(buffer);
            }
            while (read > 0);

            return read;
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
