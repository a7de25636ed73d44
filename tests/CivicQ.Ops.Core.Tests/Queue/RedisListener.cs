using System.Net.Sockets;
using System.Text;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Queue;

/// <summary>Listens on a channel over a bare connection, as a worker does.</summary>
internal sealed class RedisListener(LabRedis redis, string channel) : IDisposable
{
    private readonly TcpClient client = new(redis.Host, redis.Port);
    private StreamReader? reader;

    public async Task SubscribeAsync()
    {
        var stream = client.GetStream();
        reader = new StreamReader(stream, Encoding.UTF8);
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"AUTH {redis.Password}\r\nPSUBSCRIBE {channel}\r\n"));
        while (await reader.ReadLineAsync() is { } line && !line.StartsWith(":1", StringComparison.Ordinal))
        {
        }
    }

    /// <summary>The next message.</summary>
    public async Task<string> NextAsync()
    {
        // *4 pmessage pattern channel payload, each after its length.
        string last = "";
        for (var i = 0; i < 9; i++)
        {
            last = await reader!.ReadLineAsync() ?? throw new EndOfStreamException();
        }

        return last;
    }

    public void Dispose()
    {
        reader?.Dispose();
        client.Dispose();
    }
}
