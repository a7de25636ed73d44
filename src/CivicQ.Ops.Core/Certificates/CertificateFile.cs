using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Certificates on disk.</summary>
internal static class CertificateFile
{
    private const long Largest = 16L * 1024 * 1024;

    /// <summary>Inspects a file: PEM with the leaf first, or DER.</summary>
    /// <param name="path">The file.</param>
    /// <param name="serverName">The name that it must be valid for, if any.</param>
    /// <param name="trust">Whom to trust.</param>
    /// <param name="checkRevocation">True to ask the authority for revocation.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="OperationException"><c>CertificateFileInvalid</c>.</exception>
    public static async Task<CertificateInfo> InspectAsync(
        string path, string? serverName, TrustStore trust, bool checkRevocation, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return CertificateInspector.Inspect(all[0], new X509Certificate2Collection(all.Skip(1).ToArray()), path, serverName, trust, checkRevocation);
        }
        finally
        {
            all.ForEach(certificate => certificate.Dispose());
        }
    }

    /// <summary>The SHA-256 of the first certificate of a file.</summary>
    /// <exception cref="OperationException"><c>CertificateFileInvalid</c>.</exception>
    public static async Task<string> ThumbprintAsync(string path, CancellationToken cancellationToken)
    {
        var all = await ReadAsync(path, cancellationToken).ConfigureAwait(false);
        var result = CertificateInspector.Thumbprint(all[0]);
        all.ForEach(certificate => certificate.Dispose());
        return result;
    }

    private static async Task<List<X509Certificate2>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var size = new FileInfo(path).Length;
            if (size > Largest)
            {
                throw new OperationException(CertificateErrors.FileInvalid, $"{path} is too large for a certificate.", path);
            }

            var bytes = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            // 0x30 begins a DER sequence; PEM is text. Never tried as PFX, which would ask for a password.
            if (bytes.Length > 0 && bytes[0] == 0x30)
            {
                return [Load(bytes)];
            }

            var collection = new X509Certificate2Collection();
            collection.ImportFromPem(System.Text.Encoding.UTF8.GetString(bytes));
            return collection.Count > 0
                ? [.. collection]
                : throw new OperationException(CertificateErrors.FileInvalid, $"{path} holds no certificate.", path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new OperationException(CertificateErrors.FileInvalid, $"{path}: {error.Message}", path, error);
        }
    }

    private static X509Certificate2 Load(byte[] der) =>
        X509Certificate2.GetCertContentType(der) == X509ContentType.Cert
            ? new X509Certificate2(der)
            : throw new CryptographicException("The file is not a certificate.");
}
