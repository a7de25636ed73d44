using System.Security.Cryptography.X509Certificates;

namespace CivicQ.Lab;

/// <summary>The TLS certificate in its files, read anew when they change: renewing it needs no restart, and a drill can let it expire.</summary>
/// <param name="certificate">PEM file with the certificate and what it is signed by.</param>
/// <param name="key">PEM file with the private key.</param>
internal sealed class ServedCertificate(string certificate, string key)
{
    private readonly Lock gate = new();
    private DateTime written;
    private X509Certificate2? current;

    /// <summary>The certificate to serve now.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (gate)
            {
                var time = File.GetLastWriteTimeUtc(certificate);
                if (current is null || time != written)
                {
                    using var pem = X509Certificate2.CreateFromPemFile(certificate, key);

                    // Windows' TLS wants the key in a container of its own.
                    current = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
                    written = time;
                }

                return current;
            }
        }
    }
}
