using System.Net.Sockets;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Health;

/// <summary>Questions that are asked side by side share one connection, and one handshake, where the server speaks HTTP/2.</summary>
public class OneConnectionTests(LabFixture lab) : CmdletTests(lab)
{
    [Fact]
    public async Task All_questions_to_the_API_go_over_one_connection()
    {
        var connections = 0;
        await using var relay = new LoopbackServer(async (client, token) =>
        {
            Interlocked.Increment(ref connections);
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", LabParts.Port("Api", "httpsPort"), token);
            await using var server = socket.GetStream();
            await Task.WhenAny(client.CopyToAsync(server, token), server.CopyToAsync(client, token));
        });
        var api = LabParts.Api();
        api["url"] = $"https://127.0.0.1:{relay.Port}/";
        using var file = new EnvironmentsFile(("relayed", LabParts.Only("api", api)));
        var results = Succeed("Get-CivicQHealth Api -Environment relayed -TimeoutSeconds 120");
        Assert.All(results, result => Assert.Equal("", result.Text("ErrorId")));
        // Of /health, /health/db, /health/celery, /metrics and the administrator's report.
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { "Response", "ReportedDatabase", "ReportedQueue", "ErrorRate" }, All(results, "Check").ToHashSet(StringComparer.Ordinal));
        Assert.Equal(1, connections);
    }
}
