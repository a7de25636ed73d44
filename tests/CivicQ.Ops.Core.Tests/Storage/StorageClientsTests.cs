using System.Text;

namespace CivicQ.Ops.Core.Tests.Storage;

/// <summary>The HTTP clients beneath the S3 library.</summary>
public sealed class StorageClientsTests
{
    [Fact]
    public async Task One_connection_is_kept_and_let_go_of_and_a_DELETE_has_no_body()
    {
        var heads = new List<string>();
        var connections = 0;
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            Interlocked.Increment(ref connections);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            var head = new StringBuilder();
            while (await reader.ReadLineAsync(token) is { } line)
            {
                head.Append(line).Append('\n');
                if (line.Length == 0)
                {
                    heads.Add(head.ToString());
                    await stream.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), token);
                    head.Clear();
                }
            }
        });
        using (var store = await StoreFixture.ConnectAsync(new Uri($"http://127.0.0.1:{server.Port}/")))
        {
            for (var i = 0; i < 5; i++)
            {
                await store.Client.DeleteObjectAsync("bucket", "key", "version");
            }
        }

        await server.EmptyAsync();
        Assert.Equal((1, 5), (connections, heads.Count));
        Assert.StartsWith("DELETE /bucket/key?versionId=version ", heads[0], StringComparison.Ordinal);
        Assert.All(heads, head => Assert.Contains("\nContent-Length: 0\n", head, StringComparison.OrdinalIgnoreCase));
    }
}
