using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Tests.Certificates;
using CivicQ.Ops.Core.Web;

namespace CivicQ.Ops.Core.Tests.Web;

public sealed class EndpointTesterTests(TestAuthority authority) : IClassFixture<TestAuthority>
{
    [Fact]
    public async Task All_phases_of_https_are_passed_on_one_connection()
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue())).On("/x?y=1", 200, "text/plain", "hello");
        var result = await TestAsync($"https://user:{TestContext.Secret}@localhost:{server.Port}/x?y=1");

        Assert.True(result.Passed, result.Reason);
        Assert.Equal(
            [EndpointPhaseName.Dns, EndpointPhaseName.Tcp, EndpointPhaseName.Tls, EndpointPhaseName.Http], result.Phases.Select(phase => phase.Name));
        Assert.All(result.Phases, phase => Assert.Equal(EndpointPhaseStatus.Passed, phase.Status));
        Assert.Contains("127.0.0.1", result.Addresses);
        Assert.Equal((200, 5L, "CN=localhost"), (result.StatusCode!.Value, result.BodyBytes!.Value, result.CertificateSubject!));
        Assert.True(result.FirstByte > TimeSpan.Zero && result.Duration >= result.FirstByte);
        Assert.InRange(result.CertificateDaysLeft!.Value, 274, 275);
        Assert.Contains($"Host: localhost:{server.Port}\r\n", Assert.Single(server.Requests), StringComparison.Ordinal);
        Assert.DoesNotContain(TestContext.Secret, result.ToString() + string.Concat(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_fault_is_found_in_its_phase()
    {
        await using var silent = LoopbackServer.Silent();
        await using var plain = new LoopbackServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        await using var expired = new HttpLoopback(authority.Serve(authority.Issue(toDays: -1)));
        await using var broken = new HttpLoopback().On("/", 500, "text/plain", "x").Hangs("/slow").Raw("/garbage", "nonsense\r\n\r\n");
        (string Endpoint, EndpointPhaseName Phase, ErrorDefinition Error)[] cases =
        [
            ("https://nosuchhost.invalid", EndpointPhaseName.Dns, NetworkErrors.DnsFailed),
            ($"https://127.0.0.1:{LoopbackServer.ClosedPort()}", EndpointPhaseName.Tcp, NetworkErrors.ConnectionRefused),
            ($"https://localhost:{silent.Port}", EndpointPhaseName.Tls, NetworkErrors.TimedOut),
            ($"https://localhost:{plain.Port}", EndpointPhaseName.Tls, NetworkErrors.TlsHandshakeFailed),
            ($"https://localhost:{expired.Port}", EndpointPhaseName.Tls, CertificateErrors.Invalid),
            ($"http://127.0.0.1:{silent.Port}", EndpointPhaseName.Http, NetworkErrors.TimedOut),
            ($"http://127.0.0.1:{broken.Port}/", EndpointPhaseName.Http, WebErrors.StatusUnexpected),
            ($"http://127.0.0.1:{broken.Port}/slow", EndpointPhaseName.Http, NetworkErrors.TimedOut),
            ($"http://127.0.0.1:{broken.Port}/garbage", EndpointPhaseName.Http, WebErrors.ProtocolInvalid),
            ($"postgresql://127.0.0.1:{silent.Port}", EndpointPhaseName.Tls, NetworkErrors.TimedOut),
            ($"redis://127.0.0.1:{silent.Port}", EndpointPhaseName.Redis, NetworkErrors.TimedOut),
        ];
        var results = await Task.WhenAll(cases.Select(one => TestAsync(one.Endpoint, timeout: 2)));
        for (var i = 0; i < cases.Length; i++)
        {
            Assert.Equal((cases[i].Endpoint, cases[i].Phase, cases[i].Error.Id), (cases[i].Endpoint, results[i].FailedPhase!.Value, results[i].ErrorId!));
            Assert.False(results[i].Passed);
            Assert.NotEmpty(results[i].Reason);
            Assert.NotEmpty(results[i].NextStep);
            Assert.Equal(EndpointPhaseStatus.Failed, results[i].Phases.Single(phase => phase.Name == cases[i].Phase).Status);
            Assert.All(results[i].Phases.Where(phase => phase.Name > cases[i].Phase), phase => Assert.Equal(EndpointPhaseStatus.Skipped, phase.Status));
        }
    }

    [Theory]
    [InlineData(404, new int[0], false)]
    [InlineData(301, new int[0], true)]
    [InlineData(404, new[] { 401, 404 }, true)]
    [InlineData(200, new[] { 204 }, false)]
    public async Task The_status_expected_can_be_told(int status, int[] expected, bool passed)
    {
        await using var server = new HttpLoopback().On("/", status, "text/plain", "x");
        var result = await TestAsync($"http://127.0.0.1:{server.Port}/", expected);

        Assert.Equal((passed, status), (result.Passed, result.StatusCode!.Value));
    }

    [Theory]
    [InlineData("+PONG\r\n", true)]
    [InlineData("-NOAUTH Authentication required.\r\n", true)]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n", false)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", false)]
    [InlineData("", false)]
    public async Task Redis_is_asked_to_pong(string answer, bool passed)
    {
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            _ = await stream.ReadAsync(new byte[64], token);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), token);
        });
        var result = await TestAsync($"redis://:{TestContext.Secret}@127.0.0.1:{server.Port}/0");

        Assert.Equal(passed, result.Passed);
        Assert.Equal($"redis://127.0.0.1:{server.Port}", result.Endpoint);
    }

    [Fact]
    public async Task Postgres_without_tls_is_there_all_the_same()
    {
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            await stream.ReadExactlyAsync(new byte[8], token);
            await stream.WriteAsync("N"u8.ToArray(), token);
        });
        var result = await TestAsync($"postgresql://127.0.0.1:{server.Port}/civicq");

        Assert.True(result.Passed, result.Reason);
        Assert.Equal(EndpointPhaseStatus.Skipped, result.Phases[^1].Status);
    }

    [Fact]
    public async Task Cancelling_is_no_result()
    {
        await using var silent = LoopbackServer.Silent();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EndpointTester.TestAsync(
            TestContext.Of(), NetworkEndpoint.Parse($"https://127.0.0.1:{silent.Port}"), [], TimeSpan.FromMinutes(10), stop.Token));
    }

    [Fact]
    public async Task An_environments_endpoints_are_its_parts_without_their_secrets()
    {
        var context = new EnvironmentContext(
            new CivicQEnvironment
            {
                Name = "test",
                Api = new ApiSettings { Url = new Uri("https://api.example.com") },
                Site = new SiteSettings { Url = new Uri("https://www.example.com") },
                Database = new DatabaseSettings { Host = "db", Port = 5433 },
                Cache = new RedisSettings { Url = new SecretReference(SecretScheme.Variable, "X") },
                Queue = new QueueSettings { Broker = new RedisSettings { Host = "broker", Tls = true } },
            },
            new FixedSecrets($"redis://:{TestContext.Secret}@cache:6380/1"),
            Operations.NullReporter.Instance);

        var endpoints = await EnvironmentEndpoints.OfAsync(context, default);

        Assert.Equal(
            ["https://api.example.com/health", "https://www.example.com/", "postgresql://db:5433", "redis://cache:6380", "rediss://broker:6379"],
            endpoints.Select(endpoint => endpoint.ToString()));
    }

    private Task<EndpointTestResult> TestAsync(string endpoint, int[]? expected = null, double timeout = 20) => EndpointTester.TestAsync(
        TestContext.Of(authority: authority.RootFile), NetworkEndpoint.Parse(endpoint), expected ?? [], TimeSpan.FromSeconds(timeout), default);
}
