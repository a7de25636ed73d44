using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Certificates;

public class GetCivicQCertificateTests(LabFixture lab) : CmdletTests(lab)
{
    private static string Api => $"127.0.0.1:{LabParts.Port("Api", "httpsPort")}";

    [Fact]
    public void Without_endpoints_those_of_the_environment_are_shown()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var certificate = Assert.Single(Succeed("Get-CivicQCertificate -Environment calm"));
        Assert.Equal("calm", certificate.Text("Environment"));
        Assert.Equal(Api, certificate.Text("Endpoint"));
        Assert.Equal("CN=localhost", certificate.Text("Subject"));
        Assert.Contains("api.civicq.localhost", ((IEnumerable<string>)certificate.Get("Names")!));
        Assert.Equal("True", certificate.Text("Trusted"));
        Assert.Equal("True", certificate.Text("NameMatches"));
        Assert.Equal("True", certificate.Text("ChainComplete"));
        Assert.Equal("ECDSA", certificate.Text("KeyAlgorithm"));
        Assert.Equal("256", certificate.Text("KeyBits"));
        Assert.Empty((IEnumerable<string>)certificate.Get("Problems")!);
        Assert.Equal(2, Items(certificate, "Chain").Count);
        Assert.InRange((double)certificate.Get("DaysLeft")!, 89, 90);
    }

    [Fact]
    public void A_certificate_that_nobody_trusts_is_shown_all_the_same()
    {
        var certificate = Assert.Single(Succeed($"Get-CivicQCertificate {Api} -TimeoutSeconds 60"));
        Assert.Equal("False", certificate.Text("Trusted"));
        Assert.Equal("True", certificate.Text("Refused"));
    }

    [Fact]
    public void Endpoints_come_by_value_and_pass_a_filter()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        var result = Invoke("Get-CivicQCertificate -Environment calm | Where-Object DaysLeft -lt 365 | Select-Object Endpoint, DaysLeft", [Api, $"127.0.0.1:{LoopbackServer.ClosedPort()}"]);
        Assert.Equal(["ConnectionRefused"], Ids(result));
        Assert.Equal(Api, Assert.Single(result.Output)!.Text("Endpoint"));
    }

    [Fact]
    public void The_name_to_ask_for_can_be_another()
    {
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()));
        Assert.Equal("True", Assert.Single(Succeed($"Get-CivicQCertificate {Api} -ServerName api.civicq.localhost -Environment calm")).Text("NameMatches"));
        var other = Assert.Single(Succeed($"Get-CivicQCertificate {Api} -ServerName www.example.org -Environment calm"));
        Assert.Equal("False", other.Text("NameMatches"));
        Assert.Equal("www.example.org", other.Text("ServerName"));
        Assert.Equal("True", other.Text("Refused"));
    }

    [Fact]
    public void Files_are_read_with_wildcards_and_by_property_name()
    {
        using var authority = new TestAuthority();
        using var one = authority.Issue("one.example.org");
        using var two = authority.Issue("two.example.org");
        var first = authority.Write("site-one.pem", one);
        authority.Write("site-two.pem", two);
        Assert.Equal(["CN=one.example.org", "CN=two.example.org"], All(Succeed($"Get-CivicQCertificate -Path '{authority.Folder}/site-*.pem'"), "Subject").Order(StringComparer.Ordinal));
        Assert.Equal("CN=one.example.org", Assert.Single(Succeed("Get-CivicQCertificate", [new FileInfo(first)])).Text("Subject"));
        Assert.Equal("True", Assert.Single(Succeed($"Get-CivicQCertificate -Path '{first}' -ServerName one.example.org")).Text("NameMatches"));
    }

    [Fact]
    public void A_name_with_brackets_is_a_literal_path_and_a_broken_pattern_is_an_error()
    {
        using var authority = new TestAuthority();
        using var one = authority.Issue("one.example.org");
        var bracket = authority.Write("[x.pem", one);
        Assert.Equal(["NamePatternInvalid"], Ids(Invoke($"Get-CivicQCertificate -Path '{bracket}'")));
        Assert.Equal(["NamePatternInvalid"], Ids(Invoke("Test-CivicQCertificate -Path '[x'")));
        Assert.Equal("CN=one.example.org", Assert.Single(Succeed($"Get-CivicQCertificate -LiteralPath '{bracket}'")).Text("Subject"));
        Assert.Equal("CN=one.example.org", Assert.Single(Succeed($"Get-CivicQCertificate -PSPath '{bracket}'")).Text("Subject"));
        Assert.Single(Succeed($"Test-CivicQCertificate -LiteralPath '{bracket}'"));
    }

    [Theory]
    [InlineData("no certificate at all")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("")]
    public void A_file_that_holds_none_is_an_error_and_the_others_go_on(string content)
    {
        using var authority = new TestAuthority();
        var bad = Path.Combine(authority.Folder, "bad.pem");
        File.WriteAllText(bad, content);
        var result = Invoke($"Get-CivicQCertificate -Path '{bad}', '{authority.RootFile}'");
        Assert.Equal(["CertificateFileInvalid"], Ids(result));
        Assert.Equal("InvalidData", result.Errors[0].CategoryInfo.Category.ToString());
        Assert.Equal("CN=Test Root", Assert.Single(result.Output)!.Text("Subject"));
    }

    [Fact]
    public async Task A_hung_server_and_an_unknown_name_leave_the_others_alone()
    {
        await using var silent = LoopbackServer.Silent();
        using var authority = new TestAuthority();
        using var expired = authority.Issue(fromDays: -400, toDays: -2);
        await using var server = TestAuthority.Serve(expired);
        var result = Invoke($"Get-CivicQCertificate 127.0.0.1:{silent.Port}, localhost:{server.Port}, nosuchhost.invalid, 'ho st' -TimeoutSeconds 5");
        Assert.Equal(["ConnectionTimedOut", "DnsFailed", "EndpointInvalid"], Ids(result).Order(StringComparer.Ordinal));
        Assert.All(result.Errors, error => Assert.NotEqual("NotSpecified", error.CategoryInfo.Category.ToString()));
        Assert.True((double)Assert.Single(result.Output)!.Get("DaysLeft")! < 0);
        await silent.EmptyAsync();
    }

    [Fact]
    public async Task Ctrl_C_ends_it_and_leaves_no_connection()
    {
        await using var silent = LoopbackServer.Silent();
        await StopAsync($"Get-CivicQCertificate 127.0.0.1:{silent.Port} -TimeoutSeconds 600", silent);
    }

    [Fact]
    public async Task TLS_is_asked_for_in_the_words_of_the_protocol()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue();
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            // SSLRequest of PostgreSQL: eight bytes, answered with S.
            await stream.ReadExactlyAsync(new byte[8], token);
            await stream.WriteAsync("S"u8.ToArray(), token);
            await using var tls = new System.Net.Security.SslStream(stream);
            await tls.AuthenticateAsServerAsync(new System.Net.Security.SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
            await tls.CopyToAsync(Stream.Null, token);
        });
        Assert.Equal("CN=localhost", Assert.Single(Succeed($"Get-CivicQCertificate localhost:{server.Port} -StartTls Postgres -TimeoutSeconds 60")).Text("Subject"));
        var refused = Invoke($"Get-CivicQCertificate 127.0.0.1:{LabParts.Port("Postgres")} -StartTls Postgres -TimeoutSeconds 60");
        Assert.Equal(["TlsNotOffered"], Ids(refused));
    }

    [Fact]
    public void An_environment_that_is_dead_or_bare_leaves_the_others_alone()
    {
        var dead = new JsonObject { ["certificates"] = new JsonObject { ["endpoints"] = new JsonArray($"127.0.0.1:{LoopbackServer.ClosedPort()}") } };
        using var file = new EnvironmentsFile(("calm", LabParts.Calm()), ("dead", dead), ("bare", new JsonObject()));
        var result = Invoke("Get-CivicQCertificate -Environment calm, dead, bare");
        Assert.Equal(["ComponentNotConfigured", "ConnectionRefused"], Ids(result).Order(StringComparer.Ordinal));
        Assert.Equal("calm", Assert.Single(result.Output)!.Text("Environment"));
    }
}
