using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Certificates;

public sealed class CertificateScannerTests(TestAuthority authority) : IClassFixture<TestAuthority>
{
    [Fact]
    public async Task A_good_certificate_is_described_and_passes()
    {
        var found = await LookAsync(authority.Issue());

        Assert.Equal("CN=localhost", found.Subject);
        Assert.Equal("CN=Test Intermediate", found.Issuer);
        Assert.Equal(["localhost", "127.0.0.1"], found.Names);
        Assert.Equal(64, found.Thumbprint.Length);
        Assert.Equal(("ECDSA", 256), (found.KeyAlgorithm, found.KeyBits));
        Assert.Equal("sha256ECDSA", found.SignatureAlgorithm);
        Assert.Equal("Tls13", found.Protocol);
        Assert.StartsWith("TLS_", found.CipherSuite, StringComparison.Ordinal);
        Assert.Equal(["CN=localhost", "CN=Test Intermediate", "CN=Test Root"], found.Chain.Select(one => one.Subject));
        Assert.Equal([true, true, false], found.Chain.Select(one => one.Sent));
        Assert.True(found.ChainComplete && found.Trusted && found.NameMatches == true);
        Assert.Empty(found.Problems);
        Assert.InRange(found.DaysLeft, 274.9, 275);
        Assert.Equal("test", found.Environment);
        Assert.True(CertificateJudge.Judge(found, 30, 7).Passed);
    }

    [Fact]
    public async Task An_expired_certificate_is_shown_and_refused()
    {
        var found = await LookAsync(authority.Issue(fromDays: -100, toDays: -3));

        Assert.Equal(-3, found.DaysLeft, 1);
        Assert.StartsWith("expired 3 d", Assert.Single(found.Problems), StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Unhealthy, CertificateJudge.Judge(found, 30, 7).Status);
    }

    [Fact]
    public async Task A_certificate_of_the_future_is_shown_and_refused()
    {
        var found = await LookAsync(authority.Issue(fromDays: 2, toDays: 300));

        Assert.StartsWith("not valid before 2", Assert.Single(found.Problems), StringComparison.Ordinal);
        Assert.True(found.Refused);
    }

    [Fact]
    public async Task A_self_signed_certificate_is_complete_and_not_trusted()
    {
        var found = await LookAsync(authority.Issue(selfSigned: true), withIntermediate: false);

        Assert.True(found.ChainComplete);
        Assert.False(found.Trusted);
        Assert.Equal(["self-signed"], found.Problems);
    }

    [Fact]
    public async Task The_wrong_name_is_named()
    {
        var found = await LookAsync(authority.Issue("civicq.example.com"));

        Assert.False(found.NameMatches);
        Assert.Equal(["is not for 'localhost' but for civicq.example.com"], found.Problems);
    }

    [Fact]
    public async Task Another_server_name_is_asked_for_and_held_to()
    {
        var found = await LookAsync(authority.Issue("civicq.example.com"), adjust: question => question with { ServerName = "civicq.example.com" });

        Assert.True(found.NameMatches);
        Assert.Empty(found.Problems);
    }

    [Fact]
    public async Task A_missing_intermediate_is_an_incomplete_chain()
    {
        var found = await LookAsync(authority.Issue(), withIntermediate: false);

        Assert.False(found.ChainComplete);
        Assert.False(found.Trusted);
        Assert.Equal(["the chain is incomplete: the certificate of 'Test Intermediate' is missing"], found.Problems);
    }

    [Fact]
    public async Task An_authority_that_nobody_knows_is_not_trusted()
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue()));
        var outcome = await ScanOneAsync(new CertificateQuestion(Endpoint(server.Port)), TestContext.Of());

        Assert.False(outcome.Certificate!.Trusted);
        Assert.True(outcome.Certificate.Refused);
    }

    [Fact]
    public async Task A_short_rsa_key_is_a_weakness()
    {
        using var key = RSA.Create(1024);
        using var certificate = authority.Issue(key: key);
        var path = authority.FileOf("weak.pem");
        await File.WriteAllTextAsync(path, certificate.ExportCertificatePem() + "\n" + authority.Intermediate.ExportCertificatePem());

        var outcome = await CertificateScanner.ReadAsync(TestContext.Of(authority: authority.RootFile), path, null, checkRevocation: false, default);

        Assert.Equal(["RSA key of 1024 bits, under 2048"], outcome.Certificate!.Problems);
        Assert.False(outcome.Certificate.Refused);
        Assert.Equal(HealthStatus.Degraded, CertificateJudge.Judge(outcome.Certificate, 30, 7).Status);
    }

    [Fact]
    public async Task An_rsa_key_is_measured()
    {
        using var key = RSA.Create(2048);
        var found = await LookAsync(authority.Issue(key: key));

        Assert.Equal(("RSA", 2048), (found.KeyAlgorithm, found.KeyBits));
        Assert.Empty(found.Problems);
    }

    [Fact]
    public async Task A_server_that_wants_a_client_certificate_still_shows_its_own()
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue(), wantsClient: true));
        var outcome = await ScanOneAsync(new CertificateQuestion(Endpoint(server.Port)), TestContext.Of(authority: authority.RootFile));

        Assert.Equal("CN=localhost", outcome.Certificate!.Subject);
    }

    [Fact]
    public async Task A_certificate_on_disk_may_be_der()
    {
        using var certificate = authority.Issue();
        var path = authority.FileOf("leaf.der");
        await File.WriteAllBytesAsync(path, certificate.RawData);

        var outcome = await CertificateScanner.ReadAsync(TestContext.Of(authority: authority.RootFile), path, "localhost", checkRevocation: false, default);

        Assert.Equal(certificate.GetCertHashString(HashAlgorithmName.SHA256), outcome.Certificate!.Thumbprint);
        Assert.Equal(["the chain is incomplete: the certificate of 'Test Intermediate' is missing"], outcome.Certificate.Problems);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("0garbage that begins as DER does")]
    public async Task A_file_that_is_no_certificate_is_a_clear_error(string content)
    {
        var path = authority.FileOf($"bad{Guid.NewGuid():N}.pem");
        await File.WriteAllTextAsync(path, content);

        var outcome = await CertificateScanner.ReadAsync(TestContext.Of(), path, null, checkRevocation: false, default);

        Assert.Equal(CertificateErrors.FileInvalid, outcome.Error!.Definition);
        Assert.Contains(path, outcome.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_that_are_missing_are_a_clear_error()
    {
        var outcome = await CertificateScanner.ReadAsync(TestContext.Of(), authority.FileOf("missing.pem"), null, checkRevocation: false, default);
        Assert.Equal(CertificateErrors.FileInvalid, outcome.Error!.Definition);

        outcome = await CertificateScanner.ReadAsync(TestContext.Of(authority: authority.FileOf("missing.pem")), authority.RootFile, null, checkRevocation: false, default);
        Assert.Equal(CertificateErrors.AuthorityInvalid, outcome.Error!.Definition);
    }

    [Fact]
    public async Task The_certificate_served_is_compared_with_the_one_on_disk()
    {
        var served = authority.Issue();
        using var renewed = authority.Issue();
        var path = authority.FileOf("renewed.pem");
        await File.WriteAllTextAsync(path, renewed.ExportCertificatePem());
        var found = await LookAsync(served);

        var verdict = CertificateJudge.Judge(found, 30, 7, await CertificateScanner.ThumbprintAsync(path, default));

        Assert.Equal(HealthStatus.Degraded, verdict.Status);
        Assert.Contains("not reloaded", Assert.Single(verdict.Problems), StringComparison.Ordinal);
        Assert.True(CertificateJudge.Judge(found, 30, 7, found.Thumbprint).Passed);
    }

    [Fact]
    public async Task A_renewed_certificate_is_seen_at_the_next_look()
    {
        var serve = authority.Serve(authority.Issue(toDays: 5));
        await using var server = new HttpLoopback((stream, token) => Volatile.Read(ref serve)(stream, token));
        var context = TestContext.Of(authority: authority.RootFile);
        var before = await ScanOneAsync(new CertificateQuestion(Endpoint(server.Port)), context);
        Volatile.Write(ref serve, authority.Serve(authority.Issue(toDays: 300)));
        var after = await ScanOneAsync(new CertificateQuestion(Endpoint(server.Port)), context);

        Assert.InRange(before.Certificate!.DaysLeft, 4.9, 5);
        Assert.InRange(after.Certificate!.DaysLeft, 299.9, 300);
    }

    [Fact]
    public async Task Each_way_of_not_getting_a_certificate_has_its_own_error()
    {
        await using var silent = LoopbackServer.Silent();
        await using var closing = new LoopbackServer((_, _) => Task.CompletedTask);
        await using var talking = new LoopbackServer(async (stream, token) =>
        {
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), token);
            await Task.Delay(Timeout.Infinite, token);
        });
        (string Endpoint, ErrorDefinition Expected)[] cases =
        [
            ($"127.0.0.1:{LoopbackServer.ClosedPort()}", NetworkErrors.ConnectionRefused),
            ("nosuchhost.invalid", NetworkErrors.DnsFailed),
            ($"127.0.0.1:{silent.Port}", NetworkErrors.TimedOut),
            ($"127.0.0.1:{closing.Port}", NetworkErrors.TlsHandshakeFailed),
            ($"127.0.0.1:{talking.Port}", NetworkErrors.TlsHandshakeFailed),
        ];
        var context = TestContext.Of();
        var questions = cases.Select(one => new CertificateQuestion(NetworkEndpoint.Parse(one.Endpoint, EndpointScheme.Tls))).ToList();
        List<CertificateOutcome> outcomes = [];
        await foreach (var outcome in CertificateScanner.ScanAsync(context, questions, 16, TimeSpan.FromSeconds(1), default))
        {
            outcomes.Add(outcome);
        }

        for (var i = 0; i < cases.Length; i++)
        {
            var name = questions[i].Endpoint.Authority;
            Assert.Equal(cases[i].Expected, outcomes.Single(outcome => outcome.Endpoint == name).Error!.Definition);
        }
    }

    [Fact]
    public async Task Five_hundred_endpoints_are_looked_at_at_once()
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue()));
        var questions = Enumerable.Range(0, 500).Select(_ => new CertificateQuestion(Endpoint(server.Port))).ToList();
        var good = 0;
        await foreach (var outcome in CertificateScanner.ScanAsync(TestContext.Of(authority: authority.RootFile), questions, 256, TimeSpan.FromSeconds(30), default))
        {
            good += outcome.Certificate is { Refused: false } ? 1 : 0;
        }

        Assert.Equal(500, good);
    }

    [Fact]
    public async Task A_reader_that_stops_early_ends_the_scan()
    {
        await using var server = new HttpLoopback(authority.Serve(authority.Issue()));
        await using var silent = LoopbackServer.Silent();
        List<CertificateQuestion> questions = [new(Endpoint(server.Port)), .. Enumerable.Range(0, 20).Select(_ => new CertificateQuestion(Endpoint(silent.Port)))];
        await foreach (var outcome in CertificateScanner.ScanAsync(TestContext.Of(authority: authority.RootFile), questions, 64, TimeSpan.FromMinutes(10), default))
        {
            Assert.NotNull(outcome.Certificate);
            break;
        }
    }

    [Fact]
    public async Task Cancelling_ends_a_scan_of_servers_that_hang()
    {
        await using var silent = LoopbackServer.Silent();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var questions = Enumerable.Range(0, 50).Select(_ => new CertificateQuestion(Endpoint(silent.Port))).ToList();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var outcome in CertificateScanner.ScanAsync(TestContext.Of(), questions, 64, TimeSpan.FromMinutes(10), stop.Token))
            {
                Assert.Fail(outcome.Endpoint);
            }
        });
    }

    [Fact]
    public async Task Postgres_is_asked_for_tls_in_its_own_protocol()
    {
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            var request = new byte[8];
            await stream.ReadExactlyAsync(request, token);
            Assert.Equal([0, 0, 0, 8, 4, 210, 22, 47], request);
            await stream.WriteAsync("S"u8.ToArray(), token);
            await (await authority.Serve(authority.Issue())(stream, token)).DisposeAsync();
        });
        var outcome = await ScanOneAsync(
            new CertificateQuestion(Endpoint(server.Port)) { StartTls = StartTlsProtocol.Postgres }, TestContext.Of(authority: authority.RootFile));
        Assert.Empty(outcome.Certificate!.Problems);

        await using var refusing = new LoopbackServer(async (stream, token) =>
        {
            await stream.ReadExactlyAsync(new byte[8], token);
            await stream.WriteAsync("N"u8.ToArray(), token);
        });
        outcome = await ScanOneAsync(new CertificateQuestion(NetworkEndpoint.Parse($"postgresql://u:p@127.0.0.1:{refusing.Port}/x")), TestContext.Of());
        Assert.Equal(NetworkErrors.TlsNotOffered, outcome.Error!.Definition);
    }

    [Fact]
    public async Task Mail_servers_are_asked_for_tls_by_starttls()
    {
        await using var server = new LoopbackServer(async (stream, token) =>
        {
            await stream.WriteAsync("220-mail\r\n220 ready\r\n"u8.ToArray(), token);
            await ReadLineAsync(stream, token);
            await stream.WriteAsync("250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n"u8.ToArray(), token);
            Assert.Equal("STARTTLS", await ReadLineAsync(stream, token));
            await stream.WriteAsync("220 go\r\n"u8.ToArray(), token);
            await (await authority.Serve(authority.Issue())(stream, token)).DisposeAsync();
        });
        var outcome = await ScanOneAsync(new CertificateQuestion(NetworkEndpoint.Parse($"smtp://127.0.0.1:{server.Port}")), TestContext.Of(authority: authority.RootFile));
        Assert.Empty(outcome.Certificate!.Problems);

        await using var other = new LoopbackServer(async (stream, token) => await stream.WriteAsync("SSH-2.0-x\r\n"u8.ToArray(), token));
        outcome = await ScanOneAsync(new CertificateQuestion(NetworkEndpoint.Parse($"smtp://127.0.0.1:{other.Port}")), TestContext.Of());
        Assert.Equal(NetworkErrors.ProtocolUnexpected, outcome.Error!.Definition);
    }

    [Fact]
    public async Task Skipped_verification_is_warned_about_and_leaves_time_and_key_to_judge()
    {
        var reporter = new RecordingReporter();
        await using var server = new HttpLoopback(authority.Serve(authority.Issue("other.example.com", fromDays: -100, toDays: -1)));
        var outcome = await ScanOneAsync(new CertificateQuestion(Endpoint(server.Port)), TestContext.Of(skip: true, reporter: reporter));

        Assert.StartsWith("expired", Assert.Single(outcome.Certificate!.Problems), StringComparison.Ordinal);
        Assert.Contains("skipVerification", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    private static NetworkEndpoint Endpoint(int port) => new() { Scheme = EndpointScheme.Tls, Host = "localhost", Port = port };

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken token)
    {
        List<byte> line = [];
        var one = new byte[1];
        while (await stream.ReadAsync(one, token) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return System.Text.Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
    }

    private static async Task<CertificateOutcome> ScanOneAsync(CertificateQuestion question, Core.Environments.EnvironmentContext context)
    {
        List<CertificateOutcome> outcomes = [];
        await foreach (var outcome in CertificateScanner.ScanAsync(context, [question], 1, TimeSpan.FromSeconds(20), default))
        {
            outcomes.Add(outcome);
        }

        return Assert.Single(outcomes);
    }

    private async Task<CertificateInfo> LookAsync(X509Certificate2 certificate, bool withIntermediate = true, Func<CertificateQuestion, CertificateQuestion>? adjust = null)
    {
        await using var server = new HttpLoopback(authority.Serve(certificate, withIntermediate));
        var question = new CertificateQuestion(Endpoint(server.Port));
        var outcome = await ScanOneAsync(adjust?.Invoke(question) ?? question, TestContext.Of(authority: authority.RootFile));
        certificate.Dispose();
        Assert.Null(outcome.Error);
        return outcome.Certificate!;
    }
}
