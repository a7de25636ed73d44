using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CivicQ.Ops.Core.Tests.Certificates;

/// <summary>An authority of the tests' own: root, intermediate, and whatever leaves are wanted.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private readonly string folder = Directory.CreateTempSubdirectory("civicq-ca").FullName;

    public TestAuthority()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var root = new CertificateRequest("CN=Test Root", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        Root = root.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(10));
        Intermediate = Sign("CN=Test Intermediate", Root, isAuthority: true, out var key, Now.AddYears(-1), Now.AddYears(5)).CopyWithPrivateKey(key);
        RootFile = Path.Combine(folder, "root.pem");
        File.WriteAllText(RootFile, Root.ExportCertificatePem());
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    /// <summary>The root as a PEM file.</summary>
    public string RootFile { get; }

    /// <summary>A file in the authority's folder.</summary>
    public string FileOf(string name) => Path.Combine(folder, name);

    /// <summary>A certificate by the intermediate, with its key.</summary>
    public X509Certificate2 Issue(string name = "localhost", double fromDays = -90, double toDays = 275, AsymmetricAlgorithm? key = null, bool selfSigned = false, HashAlgorithmName? hash = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest("CN=" + name, rsa, hash ?? HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=" + name, (ECDsa)key, hash ?? HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        if (name == "localhost")
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var (from, to) = (Now.AddDays(fromDays), Now.AddDays(toDays));
        if (selfSigned)
        {
            return request.CreateSelfSigned(from, to);
        }

        var generator = X509SignatureGenerator.CreateForECDsa(Intermediate.GetECDsaPrivateKey()!);
        var certificate = request.Create(Intermediate.SubjectName, generator, from, to, RandomNumberGenerator.GetBytes(8));
        return key is RSA own ? certificate.CopyWithPrivateKey(own) : certificate.CopyWithPrivateKey((ECDsa)key);
    }

    /// <summary>The server's side of TLS with a certificate of this authority.</summary>
    public Func<Stream, CancellationToken, Task<Stream>> Serve(X509Certificate2 certificate, bool withIntermediate = true, bool wantsClient = false)
    {
        var context = SslStreamCertificateContext.Create(certificate, withIntermediate ? [X509CertificateLoader.LoadCertificate(Intermediate.RawData)] : null, offline: true);
        return async (stream, token) =>
        {
            var ssl = new SslStream(stream);
            await ssl.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = context,
                    EnabledSslProtocols = SslProtocols.None,
                    ClientCertificateRequired = wantsClient,
                    RemoteCertificateValidationCallback = (_, client, _, _) => client is not null || !wantsClient,
                },
                token);
            return ssl;
        };
    }

    public void Dispose()
    {
        Root.Dispose();
        Intermediate.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static X509Certificate2 Sign(string name, X509Certificate2 issuer, bool isAuthority, out ECDsa key, DateTimeOffset from, DateTimeOffset to)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8));
    }
}
