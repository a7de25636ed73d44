using System.Text;
using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Health;

/// <summary>What goes wrong in practice, as <c>Get-CivicQHealth</c> shows it.</summary>
public class HealthFaultTests(LabFixture lab) : CmdletTests(lab)
{
    private const string Planted = "PlantedSecret-4711";

    [Fact]
    public void The_database_is_down() => Check("Database", "DatabaseUnreachable", LabParts.Only("database", LabParts.Database(LoopbackServer.ClosedPort())));

    [Fact]
    public void The_database_refuses_the_password() => WithPlanted(() =>
        Check("Database", "DatabaseAuthenticationFailed", LabParts.Only("database", LabParts.Database(password: "env:CIVICQ_TEST_PLANTED"))));

    [Fact]
    public void Redis_is_down() => Check("Cache", "CacheUnreachable", LabParts.Only("cache", LabParts.Cache(LoopbackServer.ClosedPort())));

    [Fact]
    public void Redis_refuses_the_password() => WithPlanted(() =>
        Check("Cache", "CacheAuthenticationFailed", LabParts.Only("cache", LabParts.Cache(password: "env:CIVICQ_TEST_PLANTED"))));

    [Fact]
    public async Task Redis_is_loading()
    {
        await using var loading = new LoopbackServer(async (stream, token) =>
        {
            var buffer = new byte[4096];
            int read;
            while ((read = await stream.ReadAsync(buffer, token)) > 0)
            {
                // One answer a command: each is an array, which begins with an asterisk.
                var commands = Math.Max(1, Encoding.ASCII.GetString(buffer, 0, read).Split("\r\n").Count(line => line.StartsWith('*')));
                for (var i = 0; i < commands; i++)
                {
                    await stream.WriteAsync("-LOADING Redis is loading the dataset in memory\r\n"u8.ToArray(), token);
                }
            }
        });
        Check("Cache", "CacheLoading", LabParts.Only("cache", LabParts.Cache(loading.Port)));
    }

    [Fact]
    public void The_API_answers_500()
    {
        using var fault = LabParts.Fault("error");
        var results = OfCalm("Api, Site, Logs");
        Assert.Equal("HttpStatusUnexpected", One(results, "Api", "Response").Text("ErrorId"));
        Assert.Equal("HttpStatusUnexpected", One(results, "Site", "Response").Text("ErrorId"));
        Assert.Contains("500", One(results, "Api", "Response").Text("Detail"), StringComparison.Ordinal);
        Assert.Equal("Healthy", One(results, "Logs", "Errors").Text("Status"));
    }

    [Fact]
    public void The_API_answers_garbage()
    {
        using var fault = LabParts.Fault("garbage");
        var results = OfCalm("Api, Site");
        Assert.Equal("HttpBodyInvalid", One(results, "Api", "Report").Text("ErrorId"));
        Assert.Equal("Unhealthy", One(results, "Api", "Report").Text("Status"));
        Assert.Equal("MetricsInvalid", One(results, "Api", "Metrics").Text("ErrorId"));
        Assert.Equal("HttpBodyInvalid", One(results, "Site", "Content").Text("ErrorId"));
    }

    [Fact]
    public void The_API_hangs()
    {
        using var fault = LabParts.Fault("hang");
        var results = OfCalm("Api, Logs", "-TimeoutSeconds 4");
        Assert.Contains(One(results, "Api", null).Text("ErrorId"), (string[])["HttpTimeout", "OperationTimedOut"]);
        Assert.Equal("Healthy", One(results, "Logs", "Errors").Text("Status"));
    }

    [Fact]
    public void The_API_hangs_up()
    {
        using var fault = LabParts.Fault("reset");
        var result = One(OfCalm("Api"), "Api", "Response");
        Assert.Equal("Unhealthy", result.Text("Status"));
        Assert.Equal("ConnectionClosed", result.Text("ErrorId"));
    }

    [Fact]
    public void One_address_of_the_API_that_fails_spoils_its_own_result_only()
    {
        using var fault = LabParts.Fault("error", "/health/db");
        var results = OfCalm("Api");
        Assert.Equal("HttpStatusUnexpected", One(results, "Api", "ReportedDatabase").Text("ErrorId"));
        Assert.Equal("Healthy", One(results, "Api", "Response").Text("Status"));
        Assert.Equal("Healthy", One(results, "Api", "Report").Text("Status"));
    }

    [Fact]
    public async Task The_certificate_is_expired()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue(fromDays: -400, toDays: -2);
        await using var server = TestAuthority.Serve(certificate);
        var results = OfTls(server.Port, "localhost", authority);
        Assert.Equal("CertificateInvalid", One(results, "Api", "Response").Text("ErrorId"));
        var result = One(results, "Certificate", null);
        Assert.Equal("Unhealthy", result.Text("Status"));
        Assert.Contains("expired", result.Text("Detail"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_certificate_is_for_another_name()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("www.example.org");
        await using var server = TestAuthority.Serve(certificate);
        var results = OfTls(server.Port, "localhost", authority);
        Assert.Equal("CertificateInvalid", One(results, "Api", "Response").Text("ErrorId"));
        Assert.Equal("Unhealthy", One(results, "Certificate", null).Text("Status"));
    }

    [Theory]
    [InlineData("degraded", "Degraded")]
    [InlineData("unhealthy", "Unhealthy")]
    public void The_disk_is_fuller_than_the_environment_allows(string limit, string status)
    {
        var tight = LabParts.Calm();
        tight["thresholds"]!["Host.Disk"] = limit == "degraded" ? new JsonObject { ["degraded"] = 0, ["unhealthy"] = 1000 } : LabParts.Limits(0);
        using var file = new EnvironmentsFile(("tight", tight));
        var disks = Succeed("Get-CivicQHealth Host -Environment tight | Where-Object Check -like 'Disk *'");
        Assert.NotEmpty(disks);
        Assert.All(disks, disk => Assert.Equal(status, disk.Text("Status")));
        Assert.All(disks, disk => Assert.NotEqual("", disk.Text("NextStep")));
        Assert.All(disks, disk => Assert.Equal("environment", disk.Get("Threshold")!.Text("Source")));
    }

    [Fact]
    public void The_name_is_not_known()
    {
        var address = "https://nosuchhost.invalid/";
        var environment = LabParts.Only("api", new JsonObject { ["url"] = address });
        environment["site"] = new JsonObject { ["url"] = address };
        environment["database"] = new JsonObject { ["host"] = "nosuchhost.invalid", ["name"] = "civicq", ["user"] = "civicq" };
        using var file = new EnvironmentsFile(("lost", environment));
        var results = Succeed("Get-CivicQHealth Api, Site, Database -Environment lost");
        Assert.Equal("DnsFailed", One(results, "Api", "Response").Text("ErrorId"));
        Assert.Equal("DnsFailed", One(results, "Site", "Response").Text("ErrorId"));
        Assert.Equal("DatabaseUnreachable", One(results, "Database", "Connection").Text("ErrorId"));
        Assert.All(results, result => Assert.Contains("nosuchhost.invalid", result.Text("Detail"), StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_that_is_not_there_is_the_result_of_its_component()
    {
        var environment = LabParts.Only("database", LabParts.Database(password: "env:CIVICQ_TEST_NOT_SET"));
        environment["cache"] = LabParts.Cache(password: "file:" + Path.Combine(Suite.Folder, "nosuchfile"));
        using var file = new EnvironmentsFile(("locked", environment));
        var results = Succeed("Get-CivicQHealth Database, Cache -Environment locked");
        Assert.Equal("VariableNotSet", One(results, "Database", null).Text("ErrorId"));
        Assert.Equal("SecretNotFound", One(results, "Cache", null).Text("ErrorId"));
    }

    [Fact]
    public void Secrets_are_in_no_stream() => WithPlanted(() =>
    {
        var broken = LabParts.Only("database", new JsonObject { ["url"] = "env:CIVICQ_TEST_URL" });
        broken["cache"] = new JsonObject { ["url"] = "env:CIVICQ_TEST_REDIS" };
        var token = LabParts.Api();
        token["adminToken"] = "env:CIVICQ_TEST_PLANTED";
        broken["api"] = token;
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()), ("broken", broken));
        using var url = new Variable("CIVICQ_TEST_URL", $"postgresql://civicq:{Planted}@127.0.0.1:{LabParts.Port("Postgres")}/civicq?sslmode=disable");
        using var redis = new Variable("CIVICQ_TEST_REDIS", $"redis://:{Planted}@127.0.0.1:{LabParts.Port("Redis")}/0");
        var result = Invoke("Get-CivicQHealth -Environment calm, broken -FailOn Degraded -Verbose -Debug");
        Assert.Contains("DatabaseAuthenticationFailed", All(result.Output, "ErrorId"));
        Assert.Contains("CacheAuthenticationFailed", All(result.Output, "ErrorId"));
        var said = Everything(result);
        Assert.DoesNotContain(Planted, said, StringComparison.OrdinalIgnoreCase);
        Assert.All(LabParts.Secrets, secret => Assert.DoesNotContain(secret, said, StringComparison.Ordinal));
    });

    private static object One(IEnumerable<object> results, string component, string? check) =>
        results.First(result => result.Text("Component") == component && (check is null || result.Text("Check") == check));

    private static void WithPlanted(Action test)
    {
        using var planted = new Variable("CIVICQ_TEST_PLANTED", Planted);
        test();
    }

    private void Check(string component, string errorId, JsonObject environment)
    {
        environment["logs"] = new JsonObject { ["application"] = new JsonArray(LabParts.ApplicationLog) };
        environment["thresholds"] = new JsonObject { ["Logs.Errors"] = LabParts.Limits(1_000_000) };
        using var file = new EnvironmentsFile(("broken", environment));
        var invoked = Invoke($"Get-CivicQHealth {component}, Logs -Environment broken -Verbose -Debug");
        Assert.Empty(invoked.Errors);
        var result = Assert.Single(invoked.Output, one => one!.Text("Component") == component)!;
        Assert.Equal(errorId, result.Text("ErrorId"));
        Assert.Equal("Unhealthy", result.Text("Status"));
        Assert.NotEqual("", result.Text("NextStep"));
        Assert.Equal("Healthy", Assert.Single(invoked.Output, one => one!.Text("Component") == "Logs")!.Text("Status"));
        Assert.DoesNotContain(Planted, Everything(invoked), StringComparison.OrdinalIgnoreCase);
    }

    private IReadOnlyList<object> OfCalm(string components, string more = "")
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        return Succeed($"Get-CivicQHealth {components} -Environment calm {more}");
    }

    private IReadOnlyList<object> OfTls(int port, string host, TestAuthority authority)
    {
        var environment = LabParts.Only("api", new JsonObject { ["url"] = $"https://{host}:{port}" });
        environment["tls"] = new JsonObject { ["certificateAuthority"] = authority.RootFile };
        using var file = new EnvironmentsFile(("tls", environment));
        return Succeed("Get-CivicQHealth Api, Certificate -Environment tls");
    }
}
