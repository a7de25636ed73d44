using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Storage;

/// <summary>Where the secret key goes when a bucket of the lab is to refuse objects, and what is said where that cannot be undone.</summary>
public sealed class LabBucketGateTests : IAsyncLifetime
{
    private readonly LoopbackServer server;
    private readonly List<string> heads = [];
    private string sign = "200 OK\r\nX-Auth-Token: token\r\nX-Storage-Url: http://127.0.0.1/v1/AUTH_a";
    private string order = "204 No Content";

    public LabBucketGateTests() => server = new LoopbackServer(ServeAsync);

    [Fact]
    public async Task A_quota_is_set_and_lifted_with_a_token()
    {
        using var store = await StoreFixture.ConnectAsync(Endpoint("127.0.0.1"));
        await LabBucketGate.CloseAsync(store, "bucket", CancellationToken.None);
        await LabBucketGate.OpenAsync(store, "bucket", CancellationToken.None);
        Assert.Contains(heads, head => head.StartsWith("POST /v1/AUTH_a/bucket", StringComparison.Ordinal) && head.Contains("X-Container-Meta-Quota-Bytes: 1", StringComparison.Ordinal));
        Assert.Contains(heads, head => head.StartsWith("POST /v1/AUTH_a/bucket", StringComparison.Ordinal) && head.Contains("X-Remove-Container-Meta-Quota-Bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_secret_key_goes_to_no_other_machine()
    {
        // An address of documentation, behind which nobody is: it is not even called.
        foreach (var address in new[] { "http://192.0.2.1:9000/", "https://storage.example.org/" })
        {
            var said = await LabBucketGate.LimitAsync(StoreFixture.Context(new Uri(address)), "bucket", "1", CancellationToken.None);
            Assert.Contains("a server of this machine only", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_secret_key_follows_nobody()
    {
        var elsewhere = new List<string>();
        await using var other = new LoopbackServer(async (stream, token) =>
        {
            elsewhere.Add(await HeadAsync(stream, token));
            await SayAsync(stream, "404 Not Found", token);
        });
        sign = string.Create(CultureInfo.InvariantCulture, $"302 Found\r\nLocation: http://127.0.0.1:{other.Port}/auth/v1.0");
        using var store = await StoreFixture.ConnectAsync(Endpoint("127.0.0.1"));
        var error = await Assert.ThrowsAsync<OperationException>(() => LabBucketGate.CloseAsync(store, "bucket", CancellationToken.None));
        Assert.Equal(DrillErrors.NotSupported, error.Definition);
        Assert.Empty(elsewhere);
    }

    [Fact]
    public async Task A_quota_that_stays_is_said()
    {
        using var store = await StoreFixture.ConnectAsync(Endpoint("127.0.0.1"));
        order = "403 Forbidden";
        var error = await Assert.ThrowsAsync<OperationException>(() => LabBucketGate.OpenAsync(store, "bucket", CancellationToken.None));
        Assert.Equal(DrillErrors.NotSupported, error.Definition);
        Assert.Contains("quota of bucket could not be lifted", error.Message, StringComparison.Ordinal);
        // A bucket that is gone has none.
        order = "404 Not Found";
        await LabBucketGate.OpenAsync(store, "bucket", CancellationToken.None);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    private Uri Endpoint(string host) => new(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{server.Port}/"));

    private async Task ServeAsync(Stream stream, CancellationToken token)
    {
        var head = await HeadAsync(stream, token);
        lock (heads)
        {
            heads.Add(head);
        }

        await SayAsync(stream, head.StartsWith("GET /auth/", StringComparison.Ordinal) ? sign : head.StartsWith("POST ", StringComparison.Ordinal) ? order : "501 Not Implemented", token);
    }

    private static async Task SayAsync(Stream stream, string words, CancellationToken token) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {words}\r\nConnection: close\r\n{(words.StartsWith("204", StringComparison.Ordinal) ? "" : "Content-Length: 0\r\n")}\r\n"), token);

    // The head, with the body behind it read as well.
    private static async Task<string> HeadAsync(Stream stream, CancellationToken token)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, token) == 0)
            {
                throw new IOException("No request came.");
            }

            text.Append((char)one[0]);
        }

        var head = text.ToString();
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } found ? int.Parse(found.Split(':')[1], CultureInfo.InvariantCulture) : 0;
        if (head.Contains("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), token);
        }

        await stream.ReadExactlyAsync(new byte[length], token);
        return head;
    }
}
