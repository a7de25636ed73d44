using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>What one request shows: an authorization header, a client certificate, both or neither. No record: it never prints what it holds.</summary>
internal sealed class KubernetesCredential
{
    /// <summary>Nobody.</summary>
    public static readonly KubernetesCredential None = new();

    /// <summary>The header; <see langword="null"/> for none.</summary>
    public AuthenticationHeaderValue? Authorization { get; init; }

    /// <summary>The certificate with its key; <see langword="null"/> for none.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>A bearer token.</summary>
    public static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token.Trim());

    /// <summary>User and password.</summary>
    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>Reads a certificate and its key.</summary>
    /// <param name="certificate">PEM.</param>
    /// <param name="key">PEM.</param>
    /// <returns>The certificate, fit for TLS.</returns>
    /// <exception cref="CryptographicException">They cannot be read, or do not belong to each other.</exception>
    public static X509Certificate2 ReadCertificate(string certificate, string key)
    {
        var read = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
        {
            return read;
        }

        // Windows' TLS wants a key that it has imported itself.
        using (read)
        {
            return new X509Certificate2(read.Export(X509ContentType.Pkcs12));
        }
    }
}
