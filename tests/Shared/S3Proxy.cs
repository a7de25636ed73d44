using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace CivicQ.Tests;

/// <summary>
/// Stands before an S3 server and does to requests what a bad day does: refuses them, cuts them, keeps silent. Every connection carries one
/// request. Signatures hold, for the Host header is passed on as the client sent it.
/// </summary>
internal sealed class S3Proxy : IAsyncDisposable
{
    private readonly LoopbackServer server;
    private readonly Uri target;
    private readonly List<string> requests = [];

    public S3Proxy(Uri target)
    {
        this.target = target;
        server = new LoopbackServer(ServeAsync);
    }

    /// <summary>Where clients connect to.</summary>
    public Uri Endpoint => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}/"));

    /// <summary>What to do with a request, by its first line (<c>PUT /bucket/key?… HTTP/1.1</c>); <see langword="null"/>: pass it on.</summary>
    public Func<string, S3Fault?> Judge { get; set; } = _ => null;

    /// <summary>The first lines of all requests so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    /// <summary>A judge that does something to the first so many requests that a text is in.</summary>
    public static Func<string, S3Fault?> First(int times, string text, S3Fault fault)
    {
        var left = times;
        return line => line.Contains(text, StringComparison.Ordinal) && Interlocked.Decrement(ref left) >= 0 ? fault : null;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task ServeAsync(Stream client, CancellationToken token)
    {
        var head = await HeadAsync(client, token);
        var line = head.Split("\r\n")[0];
        lock (requests)
        {
            requests.Add(line);
        }

        var fault = Judge(line);
        if (fault is { Status: { } status })
        {
            await RefuseAsync(client, head, status, fault.Code!, token);
            return;
        }

        if (fault is { Silent: true })
        {
            await Task.Delay(Timeout.Infinite, token);
        }

        using var upstream = new TcpClient { NoDelay = true };
        await upstream.ConnectAsync(target.Host, target.Port, token);
        var server = upstream.GetStream();
        await server.WriteAsync(Encoding.Latin1.GetBytes(WithClose(head)), token);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(token);
        var up = PassAsync(client, server, fault?.CutRequestAfter ?? long.MaxValue, over.Token);
        var down = PassAsync(server, client, fault?.CutAnswerAfter ?? long.MaxValue, over.Token);
        if (fault?.CutRequestAfter is not null)
        {
            await Task.WhenAny(up, down);
        }
        else
        {
            // The answer's end is the connection's.
            await down;
        }

        await over.CancelAsync();
        await Task.WhenAll(up, down).ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private static string WithClose(string head) =>
        string.Join("\r\n", head.Split("\r\n").Where(line => !line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase))).Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal);

    private static async Task<string> HeadAsync(Stream client, CancellationToken token)
    {
        var bytes = new List<byte>(2048);
        var one = new byte[1];
        while (bytes.Count < 4 || bytes[^1] != '\n' || bytes[^2] != '\r' || bytes[^3] != '\n')
        {
            if (await client.ReadAsync(one, token) == 0)
            {
                throw new IOException("No request came.");
            }

            bytes.Add(one[0]);
        }

        return Encoding.Latin1.GetString([.. bytes]);
    }

    private static async Task PassAsync(Stream from, Stream to, long limit, CancellationToken token)
    {
        var buffer = new byte[32 << 10];
        for (var passed = 0L; passed < limit;)
        {
            var count = await from.ReadAsync(buffer, token);
            if (count == 0)
            {
                return;
            }

            count = (int)Math.Min(count, limit - passed);
            await to.WriteAsync(buffer.AsMemory(0, count), token);
            passed += count;
        }
    }

    private static async Task RefuseAsync(Stream client, string head, int status, string code, CancellationToken token)
    {
        var body = head.StartsWith("HEAD ", StringComparison.Ordinal)
            ? ""
            : $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>The proxy says {code}.</Message><RequestId>0</RequestId></Error>";
        await client.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Refused\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), token);
        // A client that still sends would see its connection reset before it reads the answer.
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } found
            ? long.Parse(found.Split(':')[1], CultureInfo.InvariantCulture)
            : 0;
        if (!head.Contains("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            await PassAsync(client, Stream.Null, length, token);
        }
    }
}
