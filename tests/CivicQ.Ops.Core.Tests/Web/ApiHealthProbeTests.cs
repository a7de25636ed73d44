using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Tests.Certificates;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Tests.Web;

public sealed class ApiHealthProbeTests(TestAuthority authority) : IClassFixture<TestAuthority>
{
    private const string Json = "application/json";
    private const string Good = """{"status":"healthy","database":"connected","redis":"connected","version":"1.0.0","timestamp":"2026-02-14T12:00:00Z"}""";
    private const string Metrics = """
        # TYPE civicq_http_requests_total counter
        civicq_http_requests_total{status="200"} 970
        civicq_http_requests_total{status="500"} 20
        civicq_http_requests_total{status="503"} 10
        http_requests_total{status="200"} 1000000
        # TYPE http_request_duration_seconds histogram
        http_request_duration_seconds_bucket{path="/a",le="0.5"} 90
        http_request_duration_seconds_bucket{path="/a",le="1"} 95
        http_request_duration_seconds_bucket{path="/a",le="2"} 100
        http_request_duration_seconds_bucket{path="/a",le="+Inf"} 100
        http_request_duration_seconds_count{path="/a"} 100

        """;

    [Fact]
    public async Task An_api_that_is_well_says_so_in_every_check()
    {
        await using var server = new HttpLoopback()
            .On("/health", 200, Json, Good)
            .On("/health/db", 200, Json, """{"status":"healthy","response_time_ms":12}""")
            .On("/health/celery", 200, Json, """{"status":"healthy","workers":4}""")
            .On("/api/v1/admin/health", 200, Json, """{"status":"healthy","components":{"database":{"status":"healthy","connections":45},"storage":{"status":"healthy"}}}""")
            .On("/metrics", 200, "text/plain; version=0.0.4", Metrics);

        var results = await CheckAsync(TestContext.Of(server.Address, admin: true));

        Assert.Equal(["Components", "ErrorRate", "Latency", "Report", "ReportedDatabase", "ReportedQueue", "Response"], results.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(HealthStatus.Healthy, results["Report"].Status);
        Assert.Equal("The API says: status healthy, database connected, redis connected, version 1.0.0.", results["Report"].Detail);
        Assert.Equal("The API says: status healthy, database healthy, storage healthy.", results["Components"].Detail);
        Assert.NotEqual(HealthStatus.Unhealthy, results["Response"].Status);
        Assert.True(results["Response"].Duration > TimeSpan.Zero);
        // 30 of 1,000: the API's own counter, not the framework's beside it.
        Assert.Equal((HealthStatus.Degraded, 0.03), (results["ErrorRate"].Status, results["ErrorRate"].Value!.Value));
        Assert.Contains("since the process started", results["ErrorRate"].Detail, StringComparison.Ordinal);
        Assert.Equal((HealthStatus.Unhealthy, 1.0), (results["Latency"].Status, results["Latency"].Value!.Value));
        Assert.Contains("since the process started", results["Latency"].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_goes_to_its_address_alone_and_is_never_shown()
    {
        var reporter = new RecordingReporter();
        await using var server = new HttpLoopback().On("/health", 200, Json, Good).On("/api/v1/admin/health", 403, Json, "{}");

        var results = await CheckAsync(TestContext.Of(server.Address, admin: true, reporter: reporter));

        Assert.Equal(HealthStatus.Degraded, results["Components"].Status);
        var told = Assert.Single(server.Requests, request => request.Contains(TestContext.Secret, StringComparison.Ordinal));
        Assert.StartsWith("GET /api/v1/admin/health ", told, StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Contains("User-Agent: CivicQ.Ops/", request, StringComparison.Ordinal));
        Assert.DoesNotContain(results.Values, result => result.ToString().Contains(TestContext.Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(reporter.All, text => text.Contains(TestContext.Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_token_that_no_header_can_hold_is_refused_without_being_shown()
    {
        await using var server = new HttpLoopback().On("/health", 200, Json, Good);
        var results = await CheckAsync(TestContext.Of(server.Address, admin: true, secret: TestContext.Secret + "\r\nX-Evil: 1"));

        Assert.Equal(WebErrors.TokenInvalid.Id, results["Components"].ErrorId);
        Assert.DoesNotContain(TestContext.Secret, results["Components"].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Requests, request => request.Contains("Evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Addresses_that_an_api_does_not_have_are_left_out()
    {
        await using var server = new HttpLoopback().On("/health", 200, Json, Good);
        var results = await CheckAsync(TestContext.Of(server.Address, admin: true));

        Assert.Equal(["Metrics", "Report", "Response"], results.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(HealthStatus.Unknown, results["Metrics"].Status);
        Assert.Null(results["Metrics"].ErrorId);
    }

    [Fact]
    public async Task What_the_api_reports_of_others_counts()
    {
        await using var server = new HttpLoopback()
            .On("/health", 503, Json, """{"status":"unhealthy","database":"error","redis":"connected"}""")
            .On("/health/db", 503, Json, """{"status":"unhealthy","error":"connection refused"}""")
            .On("/health/celery", 200, Json, """{"status":"degraded","workers":1}""");
        var results = await CheckAsync(TestContext.Of(server.Address));

        Assert.Equal((HealthStatus.Unhealthy, WebErrors.StatusUnexpected.Id), (results["Response"].Status, results["Response"].ErrorId!));
        Assert.Equal(HealthStatus.Unhealthy, results["Report"].Status);
        Assert.Contains("database error", results["Report"].Detail, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Unhealthy, results["ReportedDatabase"].Status);
        Assert.Contains("connection refused", results["ReportedDatabase"].Detail, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Degraded, results["ReportedQueue"].Status);
    }

    [Fact]
    public async Task Healthy_words_with_a_bad_status_are_not_believed()
    {
        await using var server = new HttpLoopback().On("/health", 500, Json, Good);
        var results = await CheckAsync(TestContext.Of(server.Address));

        Assert.Equal(HealthStatus.Unhealthy, results["Report"].Status);
    }

    [Fact]
    public async Task An_error_page_is_one_fault()
    {
        await using var server = new HttpLoopback().On("/health", 500, "text/html", "<html>Internal Server Error</html>").On("/health/db", 500, "text/plain", "x");
        var results = await CheckAsync(TestContext.Of(server.Address));

        Assert.Equal((HealthStatus.Unhealthy, WebErrors.StatusUnexpected.Id), (results["Response"].Status, results["Response"].ErrorId!));
        Assert.False(results.ContainsKey("Report"));
        Assert.Equal(WebErrors.StatusUnexpected.Id, results["ReportedDatabase"].ErrorId);
    }

    [Fact]
    public async Task One_address_that_hangs_leaves_the_others()
    {
        await using var server = new HttpLoopback().On("/health", 200, Json, Good).Hangs("/health/celery").On("/metrics", 200, "text/plain", Metrics);
        var results = await CheckAsync(TestContext.Of(server.Address, timeout: 3));

        Assert.Equal(HealthStatus.Healthy, results["Report"].Status);
        Assert.Equal((HealthStatus.Unhealthy, WebErrors.Timeout.Id), (results["ReportedQueue"].Status, results["ReportedQueue"].ErrorId!));
        Assert.True(results.ContainsKey("ErrorRate"));
    }

    [Fact]
    public async Task A_main_address_that_hangs_leaves_the_others_that_answer()
    {
        await using var server = new HttpLoopback().Hangs("/health").Hangs("/health/celery").On("/health/db", 200, Json, """{"status":"healthy"}""");
        var results = await CheckAsync(TestContext.Of(server.Address, timeout: 8));

        Assert.Equal(WebErrors.Timeout.Id, results["Response"].ErrorId);
        Assert.Equal(HealthStatus.Healthy, results["ReportedDatabase"].Status);
        Assert.False(results.ContainsKey("ReportedQueue"));
    }

    [Fact]
    public async Task A_body_that_never_ends_is_a_timeout()
    {
        await using var server = new HttpLoopback().On("/health", async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        var results = await CheckAsync(TestContext.Of(server.Address, timeout: 8));

        Assert.Equal(WebErrors.Timeout.Id, results["Response"].ErrorId);
        Assert.Contains("end of the body", results["Response"].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", "{\"status\":")]
    [InlineData("application/json", "[1,2,3]")]
    [InlineData("application/json", "{\"ok\":1}")]
    [InlineData("text/html", "<html><body>Welcome to nginx!</body></html>")]
    [InlineData("application/octet-stream", "\u0000\u0001\u0002")]
    public async Task A_body_that_is_no_report_is_a_clear_result(string type, string body)
    {
        await using var server = new HttpLoopback().On("/health", 200, type, body);
        var results = await CheckAsync(TestContext.Of(server.Address));

        Assert.Equal((HealthStatus.Unhealthy, WebErrors.BodyInvalid.Id), (results["Report"].Status, results["Report"].ErrorId!));
    }

    [Fact]
    public async Task A_body_that_is_far_too_large_is_not_read_to_its_end()
    {
        await using var server = new HttpLoopback().On("/health", async (_, stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
            var piece = new byte[64 * 1024];
            while (true)
            {
                await stream.WriteAsync(piece, token);
            }
        });
        var results = await CheckAsync(TestContext.Of(server.Address));

        Assert.Equal(WebErrors.BodyTooLarge.Id, results["Response"].ErrorId);
        Assert.Contains("1 MiB", results["Response"].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_http_is_a_clear_result()
    {
        await using var server = new HttpLoopback().Raw("/health", "\u0015\u0003\u0001garbage\r\n\r\n");
        Assert.Equal(WebErrors.ProtocolInvalid.Id, (await CheckAsync(TestContext.Of(server.Address)))["Response"].ErrorId);

        await using var closing = new LoopbackServer((_, _) => Task.CompletedTask);
        var results = await CheckAsync(TestContext.Of(new Uri($"http://127.0.0.1:{closing.Port}")));
        Assert.Equal(NetworkErrors.ConnectionClosed.Id, results["Response"].ErrorId);
        Assert.Single(results);
    }

    [Fact]
    public async Task A_redirect_is_shown_and_not_followed()
    {
        await using var server = new HttpLoopback().On("/health", 301, "text/html", "", "Location: /health/\r\n");
        var results = await CheckAsync(TestContext.Of(server.Address));

        Assert.Equal(HealthStatus.Unhealthy, results["Response"].Status);
        Assert.Contains("301", results["Response"].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_fault()
    {
        var refused = await CheckAsync(TestContext.Of(new Uri($"http://127.0.0.1:{LoopbackServer.ClosedPort()}")));
        Assert.Equal(NetworkErrors.ConnectionRefused.Id, Assert.Single(refused).Value.ErrorId);

        var unknown = await CheckAsync(TestContext.Of(new Uri("http://nosuchhost.invalid")));
        Assert.Equal(NetworkErrors.DnsFailed.Id, Assert.Single(unknown).Value.ErrorId);

        await using var silent = LoopbackServer.Silent();
        var hanging = await CheckAsync(TestContext.Of(new Uri($"http://127.0.0.1:{silent.Port}"), timeout: 1.5));
        // The probe's limit and the whole check's are the same; on a busy machine either may come first.
        Assert.Contains(Assert.Single(hanging).Value.ErrorId, new[] { WebErrors.Timeout.Id, GeneralErrors.TimedOut.Id });
    }

    [Theory]
    [InlineData("localhost", -100, -1, "expired")]
    [InlineData("localhost", 1, 100, "not valid before")]
    [InlineData("other.example.com", -1, 100, "is not for 'localhost' but for other.example.com")]
    public async Task A_bad_certificate_is_refused_with_its_reason(string name, double from, double to, string reason)
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue(name, from, to))).On("/health", 200, Json, Good);
        var results = await CheckAsync(TestContext.Of(new Uri($"https://localhost:{server.Port}"), authority: authority.RootFile));

        var result = Assert.Single(results).Value;
        Assert.Equal(CertificateErrors.Invalid.Id, result.ErrorId);
        Assert.Contains(reason, result.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task The_environments_authority_is_trusted_and_others_are_not()
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue())).On("/health", 200, Json, Good);
        var address = new Uri($"https://localhost:{server.Port}");

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(TestContext.Of(address, authority: authority.RootFile)))["Report"].Status);
        Assert.Equal(CertificateErrors.Invalid.Id, (await CheckAsync(TestContext.Of(address)))["Response"].ErrorId);
    }

    [Fact]
    public async Task Skipped_verification_is_warned_about_at_every_use()
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue(selfSigned: true), withIntermediate: false)).On("/health", 200, Json, Good);
        var reporter = new RecordingReporter();
        var context = TestContext.Of(new Uri($"https://localhost:{server.Port}"), skip: true, reporter: reporter);

        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(context))["Report"].Status);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(context))["Report"].Status);
        Assert.Equal(2, reporter.Warnings.Count);
    }

    [Fact]
    public async Task Cancelling_ends_a_check_of_a_server_that_hangs()
    {
        await using var silent = LoopbackServer.Silent();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var context = TestContext.Of(new Uri($"http://127.0.0.1:{silent.Port}"), timeout: 600);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => HealthRunner.CheckOneAsync(new ApiHealthProbe(), context, ThresholdSet.For(context.Environment), stop.Token));
    }

    private static async Task<Dictionary<string, HealthResult>> CheckAsync(EnvironmentContext context)
    {
        var results = await HealthRunner.CheckOneAsync(new ApiHealthProbe(), context, ThresholdSet.For(context.Environment), default);
        return results.ToDictionary(result => result.Check);
    }
}
