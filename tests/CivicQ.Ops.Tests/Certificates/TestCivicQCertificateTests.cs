using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Certificates;

public sealed class TestCivicQCertificateTests(LabFixture lab) : CmdletTests(lab), IDisposable
{
    private readonly TestAuthority authority = new();

    private static string Api => $"127.0.0.1:{LabParts.Port("Api", "httpsPort")}";

    public void Dispose() => authority.Dispose();

    [Fact]
    public void The_certificate_of_the_lab_passes()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Assert.Single(Succeed("Test-CivicQCertificate -Environment calm"));
        Assert.Equal("True", result.Text("Passed"));
        Assert.Equal("Healthy", result.Text("Status"));
        Assert.Equal(Api, result.Text("Endpoint"));
        Assert.Equal("CN=localhost", result.Get("Certificate")!.Text("Subject"));
        Assert.Equal("", result.Text("NextStep"));
    }

    // A year's certificate: the days given count. The share of the lifetime is above them.
    [Theory]
    [InlineData(40, "", "Healthy")]
    [InlineData(20, "", "Degraded")]
    [InlineData(5, "", "Unhealthy")]
    [InlineData(20, "-WarningDays 10", "Healthy")]
    [InlineData(20, "-CriticalDays 25", "Unhealthy")]
    [InlineData(-2, "", "Unhealthy")]
    public void Days_left_are_judged(double days, string arguments, string status)
    {
        using var certificate = authority.Issue(fromDays: days - 398, toDays: days);
        using var file = new EnvironmentsFile(("tls", Environment()));
        var path = authority.Write("leaf.pem", certificate);
        var result = Assert.Single(Succeed($"Test-CivicQCertificate -Path '{path}' -ServerName localhost -Environment tls {arguments}"));
        Assert.Equal(status, result.Text("Status"));
        Assert.Equal(status == "Healthy", result.Get("Passed"));
        Assert.Equal(status == "Healthy" ? 0 : 1, ((IReadOnlyCollection<string>)result.Get("Problems")!).Count);
        Assert.Equal(status == "Healthy", result.Text("NextStep").Length == 0);
    }

    [Fact]
    public async Task An_expired_one_and_one_for_another_name_do_not_pass()
    {
        using var expired = authority.Issue(fromDays: -400, toDays: -2);
        using var other = authority.Issue("www.example.org");
        using var good = authority.Issue();
        await using var first = TestAuthority.Serve(expired);
        await using var second = TestAuthority.Serve(other);
        await using var third = TestAuthority.Serve(good);
        using var file = new EnvironmentsFile(("tls", Environment()));
        var results = Succeed($"Test-CivicQCertificate localhost:{first.Port}, localhost:{second.Port}, localhost:{third.Port} -Environment tls");
        Assert.Contains("expired", Problems(results, first.Port), StringComparison.Ordinal);
        Assert.Contains("is not for 'localhost'", Problems(results, second.Port), StringComparison.Ordinal);
        Assert.Equal("", Problems(results, third.Port));
        Assert.Equal(2, results.Count(result => result.Text("Status") == "Unhealthy"));
    }

    [Fact]
    public async Task A_server_that_was_not_reloaded_is_found()
    {
        using var old = authority.Issue();
        using var renewed = authority.Issue();
        await using var server = TestAuthority.Serve(old);
        using var file = new EnvironmentsFile(("tls", Environment()));
        var line = $"Test-CivicQCertificate localhost:{server.Port} -Environment tls -ReferencePath ";
        Assert.Equal("Healthy", Assert.Single(Succeed($"{line}'{authority.Write("old.pem", old)}'")).Text("Status"));
        var result = Assert.Single(Succeed($"{line}'{authority.Write("new.pem", renewed)}'"));
        Assert.Equal("Degraded", result.Text("Status"));
        Assert.Contains("not reloaded", Problems([result], server.Port), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_certificate_passes_unless_revocation_is_looked_up()
    {
        byte[] list = [];
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            await stream.ReadAtLeastAsync(new byte[4096], 16, throwOnEndOfStream: false, token);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: {list.Length}\r\nConnection: close\r\n\r\n"), token);
            await stream.WriteAsync(list, token);
        });
        using var certificate = authority.Issue(revocationList: $"http://127.0.0.1:{server.Port}/list.crl");
        list = authority.Revoke(certificate);
        var path = authority.Write("revoked.pem", certificate);
        using var file = new EnvironmentsFile(("tls", Environment()));
        foreach (var cmdlet in new[] { "Test", "Get" })
        {
            var line = $"{cmdlet}-CivicQCertificate -Path '{path}' -ServerName localhost -Environment tls";
            Assert.Equal("", Problems(Succeed(line)));
            Assert.Contains("revoked", Problems(Succeed(line + " -CheckRevocation")), StringComparison.Ordinal);
        }

        Assert.Equal("Unhealthy", Assert.Single(Succeed($"Test-CivicQCertificate -Path '{path}' -ServerName localhost -Environment tls -CheckRevocation")).Text("Status"));

        static string Problems(IEnumerable<object> results) => string.Join("; ", (IEnumerable<string>)Assert.Single(results).Get("Problems")!);
    }

    [Fact]
    public void A_reference_that_cannot_be_read_ends_it()
    {
        var result = Invoke("Test-CivicQCertificate 127.0.0.1:1 -ReferencePath ./nosuch.pem");
        Assert.Equal(["CertificateFileInvalid"], Ids(result));
        Assert.True(result.Terminated);
    }

    [Fact]
    public void What_is_not_passed_comes_by_value_or_by_property_name()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var dead = $"127.0.0.1:{LoopbackServer.ClosedPort()}";
        var results = Succeed("Test-CivicQCertificate -Environment calm | Where-Object Passed -eq $false | Test-CivicQCertificate", [Api, dead]);
        var result = Assert.Single(results);
        Assert.Equal(dead, result.Text("Endpoint"));
        Assert.Equal("ConnectionRefused", result.Text("ErrorId"));
        Assert.Equal("calm", result.Text("Environment"));
    }

    [Fact]
    public void Get_feeds_Test()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Assert.Single(Succeed("Get-CivicQCertificate -Environment calm | Test-CivicQCertificate"));
        Assert.Equal("True", result.Text("Passed"));
        Assert.Equal("calm", result.Text("Environment"));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Quiet_gives_one_answer_for_all(bool withDead, bool answer)
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var endpoints = withDead ? $"{Api}, 127.0.0.1:{LoopbackServer.ClosedPort()}" : Api;
        Assert.Equal(answer, Assert.Single(Succeed($"Test-CivicQCertificate {endpoints} -Environment calm -Quiet")));
    }

    [Fact]
    public void Quiet_counts_what_is_no_endpoint()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Invoke($"Test-CivicQCertificate 'ho st', {Api} -Environment calm -Quiet");
        Assert.Equal(["EndpointInvalid"], Ids(result));
        Assert.Equal(false, Assert.Single(result.Output));
    }

    [Fact]
    public void Quiet_counts_an_environment_that_could_not_be_tested()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()), ("bare", new JsonObject()));
        var result = Invoke("Test-CivicQCertificate -Environment calm, bare -Quiet");
        Assert.Equal(["ComponentNotConfigured"], Ids(result));
        Assert.Equal(false, Assert.Single(result.Output));
    }

    [Fact]
    public async Task A_hung_server_is_a_result_of_its_own()
    {
        await using var silent = LoopbackServer.Silent();
        var results = Succeed($"Test-CivicQCertificate 127.0.0.1:{silent.Port}, 127.0.0.1:{LoopbackServer.ClosedPort()}, nosuchhost.invalid -TimeoutSeconds 3");
        Assert.Equal(["ConnectionRefused", "ConnectionTimedOut", "DnsFailed"], All(results, "ErrorId").Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.Equal("Unhealthy", result.Text("Status")));
        await silent.EmptyAsync();
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_leaves_no_connection()
    {
        await using var silent = LoopbackServer.Silent();
        await StopAsync($"Test-CivicQCertificate 127.0.0.1:{silent.Port} -TimeoutSeconds 600", silent);
    }

    private static string Problems(IEnumerable<object> results, int port) => string.Join("; ", (IEnumerable<string>)Assert.Single(
        results, result => result.Text("Endpoint").EndsWith($":{port}", StringComparison.Ordinal)).Get("Problems")!);

    private JsonObject Environment() => new() { ["tls"] = new JsonObject { ["certificateAuthority"] = authority.RootFile }, ["timeoutSeconds"] = 60 };
}
