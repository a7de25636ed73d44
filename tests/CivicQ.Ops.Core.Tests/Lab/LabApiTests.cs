using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Lab;

[Collection("Lab")]
public partial class LabApiTests(RunningLab lab)
{
    [Fact]
    public async Task Health_is_as_the_manual_shows_it()
    {
        using var client = lab.Client();
        var answer = (await client.GetFromJsonAsync<JsonObject>("health"))!;
        Assert.Equal(["status", "database", "redis", "version", "timestamp"], answer.Select(pair => pair.Key));
        Assert.Equal("healthy", (string?)answer["status"]);
        Assert.Equal("connected", (string?)answer["database"]);
        Assert.Equal("connected", (string?)answer["redis"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", (string?)answer["timestamp"]);
    }

    [Fact]
    public async Task Workers_and_queues_are_asked_over_the_broker()
    {
        using var client = lab.Client();
        var answer = await client.GetFromJsonAsync<JsonObject>("health/celery");
        Assert.Equal("healthy", (string?)answer!["status"]);
        Assert.Equal(1, (int?)answer["workers"]);
        Assert.Equal(6, (int?)answer["queues"]!["video"]);
    }

    [Fact]
    public async Task Detailed_health_wants_the_administrators_token()
    {
        using var client = lab.Client();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("api/v1/admin/health")).StatusCode);
        using var admin = lab.Client(admin: true);
        var components = (await admin.GetFromJsonAsync<JsonObject>("api/v1/admin/health"))!["components"]!.AsObject();
        Assert.Equal(["database", "redis", "celery", "storage"], components.Select(pair => pair.Key));
        Assert.Equal(100, (int?)components["database"]!["max_connections"]);
        Assert.Equal(256, (double?)components["redis"]!["memory_max_mb"]);
        Assert.InRange((double)components["redis"]!["hit_rate"]!, 0.8, 1);
        Assert.Equal(1, (int?)components["celery"]!["workers"]);
        Assert.True((double)components["storage"]!["total_size_gb"]! > 1);
    }

    [Fact]
    public async Task Questions_come_from_the_database_and_the_site_is_a_page()
    {
        using var client = lab.Client();
        Assert.Equal(5, (await client.GetFromJsonAsync<JsonArray>("api/v1/questions?limit=5"))!.Count);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("api/v1/questions/999999")).StatusCode);
        var site = await client.GetAsync("");
        Assert.Equal("text/html", site.Content.Headers.ContentType!.MediaType);
        Assert.Contains("<h1>CivicQ</h1>", await site.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_count_requests_and_measure_the_servers()
    {
        using var client = lab.Client();
        await client.GetAsync("api/v1/contests/1/candidates");
        var text = await client.GetStringAsync("metrics");
        Assert.Contains("# TYPE civicq_http_request_duration_seconds histogram", text, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^civicq_http_requests_total\{method=""GET"",path=""/api/v1/contests/\{id\}/candidates"",status=""200""\} [1-9]\d*$", text);
        Assert.Matches(@"(?m)^civicq_db_connections [1-9]\d*$", text);
        Assert.Contains("civicq_celery_queue_length{queue=\"video\"} 6", text, StringComparison.Ordinal);
        Assert.Contains("process_resident_memory_bytes", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_access_log_has_nginxs_format_with_the_time_at_the_end()
    {
        using var client = lab.Client();
        await client.GetAsync("nowhere?quote=%22");
        var lines = await File.ReadAllLinesAsync(lab.Environment.Logs!.Access[0]);
        Assert.True(lines.Length > 3000);
        Assert.All(lines, line => Assert.Matches(AccessLine(), line));
        Assert.Contains(lines, line => line.Contains("\"GET /nowhere?quote=%22 HTTP/1.1\" 404 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_application_log_has_Pythons_format()
    {
        var lines = await File.ReadAllLinesAsync(lab.Environment.Logs!.Application[0]);
        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO|WARNING|ERROR) \[app\.", line));
        Assert.Contains(lines, line => line.Contains("INFO [app.main] CivicQ API 1.0.0 started", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" ERROR ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Faults_are_switched_with_the_token_alone()
    {
        using var client = lab.Client();
        using var admin = lab.Client(admin: true);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.PostAsync("lab/fault?mode=error", null)).StatusCode);
        try
        {
            await admin.PostAsync("lab/fault?mode=error&path=/health", null);
            Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("health")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("")).StatusCode);
            await admin.PostAsync("lab/fault?mode=garbage", null);
            await Assert.ThrowsAnyAsync<System.Text.Json.JsonException>(() => client.GetFromJsonAsync<JsonObject>("health"));
            await admin.PostAsync("lab/fault?mode=hang", null);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("health", patience.Token));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await admin.PostAsync("lab/fault?mode=boredom", null)).StatusCode);
        }
        finally
        {
            await admin.PostAsync("lab/fault?mode=none", null);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("health")).StatusCode);
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_served_at_once()
    {
        using var authority = LabCertificateAuthority.Open(lab.Store.CertificateFolder);
        var now = DateTimeOffset.UtcNow;
        string[] hosts = ["localhost", "127.0.0.1", "api.civicq.localhost", "civicq.localhost"];
        try
        {
            authority.Issue("api", hosts, now.AddDays(-30), now.AddDays(-1));
            Assert.True(await ServedUntilAsync() < now.UtcDateTime);
        }
        finally
        {
            authority.Issue("api", hosts, now.AddHours(-1), now.AddDays(90));
        }

        Assert.True(await ServedUntilAsync() > now.UtcDateTime.AddDays(88));
    }

    private async Task<DateTime> ServedUntilAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, lab.Environment.Api!.Url.Port);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, served, _, _) => served is not null });
        using var certificate = new X509Certificate2(tls.RemoteCertificate!);
        return certificate.NotAfter.ToUniversalTime();
    }

    [GeneratedRegex(@"^\S+ - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] ""[A-Z]+ \S+ HTTP/\S+"" \d{3} \d+ ""[^""]*"" ""[^""]*"" \d+\.\d{3}$")]
    private static partial Regex AccessLine();
}
