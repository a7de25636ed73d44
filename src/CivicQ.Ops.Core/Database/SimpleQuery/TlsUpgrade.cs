using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.SimpleQuery;

/// <summary>Asks the server for TLS, and judges its certificate as libpq's sslmode says.</summary>
internal static class TlsUpgrade
{
    private const int SslRequest = 80877103;

    /// <summary>Does it.</summary>
    /// <returns>The encrypted stream, or the plain one where the mode allows that.</returns>
    public static async Task<Stream> NegotiateAsync(Stream plain, SimpleQueryAddress address, CancellationToken cancellationToken)
    {
        // libpq's "allow" asks for TLS only when the server refuses to speak without.
        if (address.IsSocket || address.SslMode is "disable" or "allow")
        {
            return plain;
        }

        var request = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(request, 8);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), SslRequest);
        await plain.WriteAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = new byte[1];
        await plain.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
        if (answer[0] != 'S')
        {
            return address.SslMode == "prefer"
                ? plain
                : throw new OperationException(PoolerErrors.CertificateRejected, $"{address}: the server speaks no TLS, and sslMode {address.SslMode} asks for it.", address.ToString());
        }

        var tls = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = address.Host,
                    RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(address, certificate, errors),
                },
                cancellationToken).ConfigureAwait(false);
            return tls;
        }
        catch (AuthenticationException error)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new OperationException(PoolerErrors.CertificateRejected, $"{address}: {error.Message}", address.ToString(), error);
        }
    }

    private static bool IsTrusted(SimpleQueryAddress address, X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (address.SslMode is not ("verify-ca" or "verify-full"))
        {
            return true;
        }

        if (certificate is null || (address.SslMode == "verify-full" && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)))
        {
            return false;
        }

        if (address.RootCertificate is not { } file)
        {
            return !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        using var copy = new X509Certificate2(certificate);
        return chain.Build(copy);
    }
}
