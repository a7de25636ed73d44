using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>
/// A TLS handshake that accepts every certificate, for it looks rather than trusts: the verdict is <see cref="CertificateInspector"/>'s.
/// Nothing secret may be sent over it before that verdict.
/// </summary>
internal sealed class TlsHandshake : IAsyncDisposable
{
    private readonly SslStream stream;

    private TlsHandshake(SslStream stream) => this.stream = stream;

    /// <summary>The server's own certificate.</summary>
    public X509Certificate2 Certificate { get; private set; } = null!;

    /// <summary>What the server sent with it.</summary>
    public X509Certificate2Collection Sent { get; } = [];

    /// <summary>The version of TLS, for example <c>Tls13</c>; <see langword="null"/> where the server broke off after its certificate.</summary>
    public string? Protocol { get; private set; }

    /// <summary>The cipher suite.</summary>
    public string? CipherSuite { get; private set; }

    /// <summary>The stream, encrypted.</summary>
    public Stream Stream => stream;

    /// <summary>Shakes hands.</summary>
    /// <param name="inner">The connection; disposed of with the result, and on failure.</param>
    /// <param name="serverName">The name for SNI; an IP address is not sent.</param>
    /// <param name="target">What it is done to, for messages.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The handshake.</returns>
    /// <exception cref="OperationException"><c>TlsHandshakeFailed</c>, <c>ConnectionClosed</c> …</exception>
    public static async Task<TlsHandshake> StartAsync(Stream inner, string serverName, string target, CancellationToken cancellationToken)
    {
        TlsHandshake? result = null;
        var ssl = new SslStream(inner, leaveInnerStreamOpen: false);
        result = new TlsHandshake(ssl);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = System.Net.IPAddress.TryParse(serverName, out _) ? "" : serverName,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = result.Capture,
            // A resumed session would show the certificate of the first handshake again, whatever the server has now.
            AllowTlsResume = false,
            // SslStream builds a chain in any case; this makes it the cheapest one there is.
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
                VerificationFlags = X509VerificationFlags.AllFlags,
            },
        };
        try
        {
            await ssl.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
            result.Protocol = ssl.SslProtocol.ToString();
            result.CipherSuite = ssl.NegotiatedCipherSuite.ToString();
            return result;
        }
        catch (Exception) when (result.Certificate is not null && !cancellationToken.IsCancellationRequested)
        {
            // A server that wants a certificate of ours breaks off after it has shown its own, which is all that is wanted here.
            return result;
        }
        catch (Exception error)
        {
            await result.DisposeAsync().ConfigureAwait(false);
            if (error is OperationCanceledException)
            {
                throw;
            }

            throw error is IOException or AuthenticationException
                ? Failed(error, target)
                : NetworkFailure.Translate(error, target);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        Certificate?.Dispose();
        foreach (var certificate in Sent)
        {
            certificate.Dispose();
        }
    }

    private bool Capture(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not null)
        {
            // The objects given are the stream's and die with it.
            Certificate = new X509Certificate2(certificate);
            foreach (var sent in chain?.ChainPolicy.ExtraStore ?? [])
            {
                Sent.Add(new X509Certificate2(sent));
            }
        }

        return certificate is not null;
    }

    private static OperationException Failed(Exception error, string target)
    {
        var cause = NetworkFailure.Innermost(error);
        var words = cause is EndOfStreamException || cause.Message.Contains("EOF", StringComparison.Ordinal)
            ? "the server hung up during the TLS handshake."
            : $"the TLS handshake failed: {cause.Message.TrimEnd('.')}.";
        return new OperationException(NetworkErrors.TlsHandshakeFailed, $"{target}: {words}", target, error);
    }
}
