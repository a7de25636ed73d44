using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache;

/// <summary>
/// The first words with a server, over a connection of their own: TCP, TLS, AUTH, PING. They tell a refused port, a wrong name, a
/// certificate, a missing or wrong password and a server that loads its data apart, in the server's own words. StackExchange.Redis 1.2.6
/// does not, and each attempt of its own that fails can leave a socket behind.
/// </summary>
internal static class RedisGreeting
{
    private const int LongestReply = 4096;

    /// <summary>Greets the server.</summary>
    /// <param name="address">The server.</param>
    /// <param name="certificate">Judges its certificate: what is wrong with it, or <see langword="null"/>.</param>
    /// <param name="timeout">How long all this may take.</param>
    /// <param name="cancellationToken">Ends it earlier.</param>
    /// <returns>The address, of those that the host's name has, at which the server answered.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>.</exception>
    public static async Task<EndPoint> GreetAsync(RedisAddress address, RedisCertificate certificate, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var connected = false;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false);
            connected = true;
            var network = new NetworkStream(socket);
            await using var closingNetwork = network.ConfigureAwait(false);
            Stream stream = network;
            if (address.Tls)
            {
                var tls = new SslStream(network, leaveInnerStreamOpen: true, certificate.IsAccepted);
                stream = tls;
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.Host }, limit.Token).ConfigureAwait(false);
            }

            await using var closing = stream.ConfigureAwait(false);
            if (address.Password is { } password)
            {
                Judge(await AskAsync(stream, limit.Token, "AUTH", password).ConfigureAwait(false), address);
            }

            Judge(await AskAsync(stream, limit.Token, "PING").ConfigureAwait(false), address);
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            return new IPEndPoint(remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address, remote.Port);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw connected
                ? Failure(CacheErrors.Timeout, address, $"the server took the connection and did not answer within {timeout.TotalSeconds:0.#} s.", error)
                : Failure(CacheErrors.Unreachable, address, $"no connection within {timeout.TotalSeconds:0.#} s.", error);
        }
        catch (AuthenticationException error)
        {
            throw Failure(CacheErrors.CertificateRejected, address, certificate.Fault ?? error.Message, error);
        }
        catch (SocketException error)
        {
            throw Failure(CacheErrors.Unreachable, address, error.Message, error);
        }
        catch (IOException error)
        {
            throw Failure(
                CacheErrors.Unreachable, address,
                address.Tls ? "the connection broke while TLS was negotiated; does this port speak TLS?" : "the server closed the connection; does this port speak TLS, or something else than Redis?",
                error);
        }
    }

    private static OperationException Failure(ErrorDefinition definition, RedisAddress address, string sentence, Exception? cause = null) =>
        new(definition, $"{address}: {sentence}", address.ToString(), cause);

    private static async Task<string> AskAsync(Stream stream, CancellationToken cancellationToken, params string[] words)
    {
        var request = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (var word in words)
        {
            request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(request.ToString()), cancellationToken).ConfigureAwait(false);
        // Both questions have a one-line answer.
        var buffer = new byte[LongestReply];
        var length = 0;
        while (length < buffer.Length && !buffer.AsSpan(0, length).EndsWith("\r\n"u8))
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += read > 0 ? read : throw new EndOfStreamException();
        }

        return Encoding.UTF8.GetString(buffer, 0, length).TrimEnd();
    }

    private static void Judge(string reply, RedisAddress address)
    {
        if (reply.StartsWith('+'))
        {
            return;
        }

        if (!reply.StartsWith('-'))
        {
            throw Failure(CacheErrors.Unreachable, address, "what answers there does not speak Redis' protocol.");
        }

        var words = reply[1..];
        // MISCONF: it cannot save its data, and says so to every PING. That is for the health check to find, over a connection that works.
        // "ERR AUTH … called without any password configured": a password too many keeps nobody out, says redis-cli too, and goes on.
        if (words.StartsWith("MISCONF", StringComparison.Ordinal) || words.Contains("called without any password", StringComparison.Ordinal))
        {
            return;
        }

        var definition = RedisErrorTranslator.Definition(words);
        throw Failure(definition, address, definition != CacheErrors.AuthenticationFailed ? words
            : address.Password is null ? "Redis wants a password, and the environment names none." : "Redis refused the password.");
    }
}
