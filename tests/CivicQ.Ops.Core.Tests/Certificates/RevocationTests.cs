using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Certificates;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Certificates;

/// <summary>The authority's list of revoked certificates, served over HTTP.</summary>
public sealed class RevocationTests(TestAuthority authority) : IClassFixture<TestAuthority>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_revoked_certificate_is_refused_and_another_one_is_not(bool revoked)
    {
        byte[] list = [];
        await using var server = new HttpLoopback().On("/list.crl", async (_, stream, token) =>
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/pkix-crl\r\nContent-Length: {list.Length}\r\nConnection: close\r\n\r\n"), token);
            await stream.WriteAsync(list, token);
        });
        using var leaf = Issue($"http://127.0.0.1:{server.Port}/list.crl");
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(revoked ? leaf.SerialNumberBytes.Span : [1, 2, 3]);
        list = builder.Build(authority.Root, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        var found = await ReadAsync(leaf, check: true);
        Assert.Equal(revoked, found.Refused);
        Assert.Equal(revoked, found.Problems.Contains("revoked"));
        Assert.False((await ReadAsync(leaf, check: false)).Refused);
    }

    [Fact]
    public async Task Where_nobody_tells_that_is_said()
    {
        using var leaf = authority.Issue();
        var found = await ReadAsync(leaf, check: true);
        Assert.Contains("whether it is revoked cannot be found out", found.Problems);
    }

    private async Task<CertificateInfo> ReadAsync(X509Certificate2 leaf, bool check)
    {
        var path = authority.FileOf(Guid.NewGuid().ToString("N") + ".pem");
        await File.WriteAllTextAsync(path, leaf.ExportCertificatePem() + "\n" + authority.Intermediate.ExportCertificatePem());
        var outcome = await CertificateScanner.ReadAsync(TestContext.Of(authority: authority.RootFile), path, null, check, CancellationToken.None);
        return outcome.Certificate!;
    }

    private X509Certificate2 Issue(string list)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([list]));
        return request.Create(authority.Root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30), RandomNumberGenerator.GetBytes(8));
    }
}
