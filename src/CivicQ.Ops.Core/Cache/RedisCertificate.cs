using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache;

/// <summary>Judges the certificate of a Redis server, by the machine's authorities and the environment's own.</summary>
internal sealed class RedisCertificate : IDisposable
{
    private readonly X509Certificate2? authority;
    private readonly bool skip;

    /// <summary>Reads the environment's authority.</summary>
    /// <exception cref="OperationException"><see cref="CacheErrors.CertificateRejected"/>: its file cannot be read.</exception>
    public RedisCertificate(TlsSettings settings, bool needed)
    {
        skip = settings.SkipVerification;
        if (!needed || settings.CertificateAuthority is not { } path)
        {
            return;
        }

        try
        {
            authority = X509Certificate2.CreateFromPem(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new OperationException(CacheErrors.CertificateRejected, $"The authority's file '{path}' cannot be read: {error.Message}", path, error);
        }
    }

    /// <summary>What was wrong with the certificate last seen.</summary>
    public string? Fault { get; private set; }

    /// <summary>The callback of TLS.</summary>
    public bool IsAccepted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Fault = skip ? null : Judge(certificate, chain, errors);
        return Fault is null;
    }

    /// <inheritdoc/>
    public void Dispose() => authority?.Dispose();

    private static string Describe(X509Chain chain) =>
        "the certificate is not trusted: " + string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0));

    private string? Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || certificate is null)
        {
            return "the server showed no certificate.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the certificate is for another name ({certificate.Subject}).";
        }

        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (authority is null)
        {
            return chain is null ? "the certificate is not trusted." : Describe(chain);
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(authority);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
        }

        using var leaf = new X509Certificate2(certificate);
        return own.Build(leaf) ? null : Describe(own);
    }
}
