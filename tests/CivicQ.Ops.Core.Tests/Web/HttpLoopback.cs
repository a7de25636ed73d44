using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace CivicQ.Ops.Core.Tests.Web;

/// <summary>A small HTTP server whose answers are given byte by byte, so that they can be wrong.</summary>
public sealed class HttpLoopback : IAsyncDisposable
{
    private readonly LoopbackServer server;
    private readonly ConcurrentDictionary<string, Func<string, Stream, CancellationToken, Task>> routes = new(StringComparer.Ordinal);

    public HttpLoopback(Func<Stream, CancellationToken, Task<Stream>>? wrap = null) => server = new LoopbackServer(async (stream, token) =>
    {
        var inner = wrap is null ? stream : await wrap(stream, token);
        await ServeAsync(inner, token);
        await inner.DisposeAsync();
    });

    /// <summary>The heads of all requests, as they came.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public int Port => server.Port;

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public HttpLoopback On(string path, int status, string type, string body, string headers = "") => On(path, async (_, stream, token) =>
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\n{headers}Connection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), token);
        await stream.WriteAsync(bytes, token);
    });

    public HttpLoopback On(string path, Func<string, Stream, CancellationToken, Task> serve)
    {
        routes[path] = serve;
        return this;
    }

    public HttpLoopback Raw(string path, string answer) => On(path, async (_, stream, token) => await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), token));

    public HttpLoopback Hangs(string path) => On(path, (_, _, token) => Task.Delay(Timeout.Infinite, token));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task ServeAsync(Stream stream, CancellationToken token)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, token);
            if (read == 0)
            {
                return;
            }

            head.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        var text = head.ToString();
        Requests.Enqueue(text);
        var path = text.Split(' ')[1];
        if (routes.TryGetValue(path, out var serve))
        {
            await serve(text, stream, token);
        }
        else
        {
            await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
        }

        await stream.FlushAsync(token);
    }
}
