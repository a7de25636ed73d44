using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace CivicQ.Ops.Core.Lab;

/// <summary>An authority of the lab's own, in PEM files of one folder. Trusted by nobody but whoever is told its file.</summary>
public sealed class LabCertificateAuthority : IDisposable
{
    private readonly X509Certificate2 authority;
    private readonly string folder;

    private LabCertificateAuthority(X509Certificate2 authority, string folder)
    {
        this.authority = authority;
        this.folder = folder;
    }

    /// <summary>The PEM file of the authority's certificate.</summary>
    public string CertificateFile => Path.Combine(folder, "ca.pem");

    /// <summary>Makes an authority that is valid for ten years.</summary>
    /// <param name="folder">The folder for its files.</param>
    /// <returns>The authority.</returns>
    public static LabCertificateAuthority Create(string folder)
    {
        LabFiles.MakeFolder(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=CivicQ lab authority, O=CivicQ", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddYears(-1), now.AddYears(10));
        LabFiles.Write(Path.Combine(folder, "ca.pem"), made.ExportCertificatePem() + "\n");
        LabFiles.Write(Path.Combine(folder, "ca.key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        return Open(folder);
    }

    /// <summary>Reads an authority that was made before.</summary>
    /// <param name="folder">The folder of its files.</param>
    /// <returns>The authority.</returns>
    public static LabCertificateAuthority Open(string folder) =>
        new(X509Certificate2.CreateFromPemFile(Path.Combine(folder, "ca.pem"), Path.Combine(folder, "ca.key")), folder);

    /// <summary>Issues a server certificate to <c>NAME.pem</c> (with the authority's after it) and <c>NAME.key</c>; files that are there are replaced.</summary>
    /// <param name="name">The files' name.</param>
    /// <param name="hosts">Host names and addresses that it is for; the first is the subject.</param>
    /// <param name="notBefore">From when it is valid.</param>
    /// <param name="notAfter">Until when it is valid.</param>
    /// <returns>The path of the certificate's file; the key's is the same with <c>.key</c>.</returns>
    public string Issue(string name, IReadOnlyList<string> hosts, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(hosts[0]);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        using var made = request.Create(authority, notBefore, notAfter, serial);
        var file = Path.Combine(folder, name + ".pem");

        // The key first: whoever reloads on a change of the certificate finds the pair complete.
        LabFiles.Write(Path.ChangeExtension(file, ".key"), key.ExportPkcs8PrivateKeyPem() + "\n");
        LabFiles.Write(file, made.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n");
        return file;
    }

    /// <inheritdoc/>
    public void Dispose() => authority.Dispose();
}
