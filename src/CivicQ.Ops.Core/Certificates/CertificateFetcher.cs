using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Gets the certificate that a server shows, whether it is a good one or not.</summary>
internal static class CertificateFetcher
{
    /// <summary>Connects, asks for TLS, looks, and hangs up.</summary>
    /// <param name="question">Where and how.</param>
    /// <param name="trust">Whom to trust.</param>
    /// <param name="names">Where names are looked up.</param>
    /// <param name="timeout">The time for all of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The findings, without the environment's name.</returns>
    /// <exception cref="OperationException">One of <see cref="NetworkErrors"/>: there was no certificate to look at.</exception>
    public static async Task<CertificateInfo> FetchAsync(
        CertificateQuestion question, TrustStore trust, HostNames names, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var endpoint = question.Endpoint;
        var target = endpoint.Authority;
        var serverName = question.ServerName ?? endpoint.Host;
        using var deadline = new Deadline(timeout, cancellationToken);
        var waitingFor = "connection";
        try
        {
            var connection = await TcpConnector.ConnectAsync(endpoint.Host, endpoint.Port, new ConnectionTrace(), names, timeout, deadline.Token).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                waitingFor = "TLS handshake";
                await StartTls.NegotiateAsync(connection, question.StartTls ?? StartTls.Of(endpoint), target, deadline.Token).ConfigureAwait(false);
                var handshake = await TlsHandshake.StartAsync(connection, serverName, target, deadline.Token).ConfigureAwait(false);
                await using (handshake.ConfigureAwait(false))
                {
                    return CertificateInspector.Inspect(handshake.Certificate, handshake.Sent, target, serverName, trust, question.CheckRevocation) with
                    {
                        Protocol = handshake.Protocol,
                        CipherSuite = handshake.CipherSuite,
                    };
                }
            }
        }
        catch (Exception) when (deadline.Passed)
        {
            throw NetworkFailure.TimedOut(target, waitingFor, timeout);
        }
        catch (Exception error) when (error is not OperationCanceledException and not OperationException)
        {
            throw NetworkFailure.Translate(error, target);
        }
    }
}
