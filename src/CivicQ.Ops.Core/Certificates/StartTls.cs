using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Asks a server to go over to TLS in its own protocol.</summary>
internal static class StartTls
{
    // Length 8 and the code 80877103, as in "Message Formats" of PostgreSQL's documentation.
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F];

    /// <summary>The way of an endpoint.</summary>
    public static StartTlsProtocol Of(NetworkEndpoint endpoint) => endpoint.Scheme switch
    {
        EndpointScheme.PostgreSql => StartTlsProtocol.Postgres,
        EndpointScheme.Smtp => StartTlsProtocol.Smtp,
        _ => StartTlsProtocol.None,
    };

    /// <summary>Negotiates; afterwards the handshake may begin.</summary>
    /// <exception cref="OperationException"><c>TlsNotOffered</c> or <c>ProtocolUnexpected</c>.</exception>
    public static async Task NegotiateAsync(Stream stream, StartTlsProtocol protocol, string target, CancellationToken cancellationToken)
    {
        if (protocol == StartTlsProtocol.Postgres)
        {
            await stream.WriteAsync(SslRequest, cancellationToken).ConfigureAwait(false);
            var answer = new byte[1];
            await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
            switch ((char)answer[0])
            {
                case 'S':
                    return;
                case 'N':
                    throw new OperationException(NetworkErrors.TlsNotOffered, $"{target}: PostgreSQL answered that it has no TLS (ssl = off).", target);
                default:
                    throw Unexpected(target, "PostgreSQL");
            }
        }

        if (protocol == StartTlsProtocol.Smtp)
        {
            await ExpectAsync(stream, "220", target, cancellationToken).ConfigureAwait(false);
            await stream.WriteAsync("EHLO civicq.invalid\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            var offers = await ExpectAsync(stream, "250", target, cancellationToken).ConfigureAwait(false);
            if (!offers.Contains("STARTTLS", StringComparison.OrdinalIgnoreCase))
            {
                throw new OperationException(NetworkErrors.TlsNotOffered, $"{target}: the mail server does not offer STARTTLS.", target);
            }

            await stream.WriteAsync("STARTTLS\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            await ExpectAsync(stream, "220", target, cancellationToken).ConfigureAwait(false);
        }
    }

    // Byte by byte, for nothing of the handshake may be read with it; a reply is some lines "250-…" and a last "250 …".
    private static async Task<string> ExpectAsync(Stream stream, string code, string target, CancellationToken cancellationToken)
    {
        const int Longest = 16 * 1024;
        var all = new StringBuilder();
        var start = 0;
        var one = new byte[1];
        while (all.Length < Longest)
        {
            await stream.ReadExactlyAsync(one, cancellationToken).ConfigureAwait(false);
            all.Append((char)one[0]);
            if (one[0] == '\n')
            {
                var line = all.ToString(start, all.Length - start);
                if (!line.StartsWith(code, StringComparison.Ordinal))
                {
                    break;
                }

                if (line.Length > 3 && line[3] != '-')
                {
                    return all.ToString();
                }

                start = all.Length;
            }
        }

        throw Unexpected(target, "SMTP");
    }

    private static OperationException Unexpected(string target, string protocol) =>
        new(NetworkErrors.ProtocolUnexpected, $"{target}: the answer is not {protocol}'s.", target);
}
