using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CivicQ.Ops.Tests.Servers;

/// <summary>An authority of a test's own, and TLS servers with whatever certificates it issues.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly X509Certificate2 root;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        root = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(10));
        Folder = Directory.CreateDirectory(Path.Combine(Suite.Folder, "ca-" + Guid.NewGuid().ToString("N"))).FullName;
        RootFile = Path.Combine(Folder, "root.pem");
        File.WriteAllText(RootFile, root.ExportCertificatePem());
    }

    /// <summary>A folder of the test's own.</summary>
    public string Folder { get; }

    /// <summary>The root as a PEM file.</summary>
    public string RootFile { get; }

    /// <summary>A certificate for a name, and for 127.0.0.1 where the name is localhost.</summary>
    public X509Certificate2 Issue(string name = "localhost", double fromDays = -90, double toDays = 275, string? revocationList = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        if (revocationList is not null)
        {
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([revocationList]));
        }

        using var certificate = request.Create(root, Now.AddDays(fromDays), Now.AddDays(toDays), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>A certificate as a PEM file.</summary>
    public string Write(string file, X509Certificate2 certificate)
    {
        var path = Path.Combine(Folder, file);
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }

    /// <summary>The authority's list of revoked certificates.</summary>
    public byte[] Revoke(X509Certificate2 certificate)
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(certificate);
        return builder.Build(root, 1, Now.AddDays(1), HashAlgorithmName.SHA256);
    }

    /// <summary>A TLS server that shows the certificate and then listens.</summary>
    public static LoopbackServer Serve(X509Certificate2 certificate) => new(async (stream, token) =>
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
        await tls.CopyToAsync(Stream.Null, token);
    });

    public void Dispose()
    {
        root.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
