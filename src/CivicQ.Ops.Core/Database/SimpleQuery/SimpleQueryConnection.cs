using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.SimpleQuery;

/// <summary>
/// A connection that speaks PostgreSQL's simple query protocol and nothing more. PgBouncer's admin console understands no other, and
/// Npgsql has no way to speak it (npgsql/npgsql#3316, #3294): it would send Parse, which ends the connection. For everything else there is Npgsql.
/// </summary>
internal sealed class SimpleQueryConnection : IAsyncDisposable
{
    private const int Protocol = 196608;

    // Longer than anything that a console says; a stranger's answer must not become a request for gigabytes.
    private const int MostBytes = 64 * 1024 * 1024;
    private readonly SimpleQueryAddress address;
    private readonly Stream stream;

    private SimpleQueryConnection(SimpleQueryAddress address, Stream stream) => (this.address, this.stream) = (address, stream);

    /// <summary>The server's version, as it gives it: <c>1.18.0/bouncer</c>.</summary>
    public string ServerVersion { get; private set; } = "";

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="OperationException">One of <see cref="PoolerErrors"/>.</exception>
    public static async Task<SimpleQueryConnection> OpenAsync(SimpleQueryAddress address, CancellationToken cancellationToken)
    {
        Stream? stream = null;
        try
        {
            stream = await ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            stream = await TlsUpgrade.NegotiateAsync(stream, address, cancellationToken).ConfigureAwait(false);
            var connection = new SimpleQueryConnection(address, stream);
            await connection.LogInAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (Exception error)
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            if (error is SocketException or IOException)
            {
                throw Lost(address, error);
            }

            throw;
        }
    }

    /// <summary>Asks one question.</summary>
    /// <param name="command">The question: a constant, no value is part of it.</param>
    /// <param name="cancellationToken">Gives up; the connection is of no use afterwards.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="OperationException">One of <see cref="PoolerErrors"/>.</exception>
    public async Task<SimpleQueryResult> QueryAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync('Q', Text(command), cancellationToken).ConfigureAwait(false);
            IReadOnlyList<string> columns = [];
            var rows = new List<IReadOnlyList<string?>>();
            OperationException? failure = null;
            while (true)
            {
                var message = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
                switch (message.Type)
                {
                    case 'T':
                        columns = Columns(message);
                        break;
                    case 'D':
                        rows.Add(Row(message));
                        break;
                    case 'E':
                        failure = Refused(message, PoolerErrors.QueryFailed);
                        break;
                    case 'Z':
                        return failure is null ? new SimpleQueryResult(columns, rows) : throw failure;
                    default:
                        // CommandComplete, notices, parameters.
                        break;
                }
            }
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            throw Lost(address, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // Terminate, so that the server's log does not speak of a client that vanished.
            await stream.WriteAsync(new byte[] { (byte)'X', 0, 0, 0, 4 }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }

        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<Stream> ConnectAsync(SimpleQueryAddress address, CancellationToken cancellationToken)
    {
        var socket = address.IsSocket ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (address.IsSocket)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(address.Host, $".s.PGSQL.{address.Port}")), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task LogInAsync(CancellationToken cancellationToken)
    {
        byte[] startup = [.. Number(Protocol), .. Text("user"), .. Text(address.User), .. Text("database"), .. Text(address.Database), .. Text("application_name"), .. Text("CivicQ.Ops"), 0];
        await stream.WriteAsync((byte[])[.. Number(startup.Length + 4), .. startup], cancellationToken).ConfigureAwait(false);
        ScramClient? scram = null;
        while (true)
        {
            var message = await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            switch (message.Type)
            {
                case 'R':
                    scram = await AuthenticateAsync(message, scram, cancellationToken).ConfigureAwait(false);
                    break;
                case 'S' when message.Text() == "server_version":
                    ServerVersion = message.Text();
                    break;
                case 'E':
                    throw Refused(message, PoolerErrors.AuthenticationFailed);
                case 'Z':
                    return;
                case 'S' or 'K' or 'N' or 'v':
                    break;
                default:
                    throw new OperationException(PoolerErrors.ProtocolViolated, $"{address}: a message of type '{message.Type}' came during the login.", address.ToString());
            }
        }
    }

    private async Task<ScramClient?> AuthenticateAsync(WireMessage message, ScramClient? scram, CancellationToken cancellationToken)
    {
        var kind = message.Int32();
        var password = kind == 0 || address.Password is { } ? address.Password ?? "" : throw Failed("it asks for a password, and the environment has none");
        switch (kind)
        {
            case 0:
                return scram;
            case 3 when stream is System.Net.Security.SslStream || address.IsSocket || address.Host is "localhost" or "127.0.0.1" or "::1":
                await SendAsync('p', Text(password), cancellationToken).ConfigureAwait(false);
                return null;
            case 3:
                throw Failed("it asks for the password in the clear, and the connection is not encrypted");
            case 5:
                await SendAsync('p', Text(Md5(password, message.Take(4))), cancellationToken).ConfigureAwait(false);
                return null;
            case 10 when Encoding.UTF8.GetString(message.Rest).Split('\0').Contains(ScramClient.Mechanism, StringComparer.Ordinal):
                var client = new ScramClient(password);
                var first = Encoding.UTF8.GetBytes(client.First);
                await SendAsync('p', [.. Text(ScramClient.Mechanism), .. Number(first.Length), .. first], cancellationToken).ConfigureAwait(false);
                return client;
            case 11 when scram?.Final(Encoding.UTF8.GetString(message.Rest)) is { } final:
                await SendAsync('p', Encoding.UTF8.GetBytes(final), cancellationToken).ConfigureAwait(false);
                return scram;
            case 12 when scram?.Verify(Encoding.UTF8.GetString(message.Rest)) == true:
                return scram;
            case 11 or 12:
                throw Failed("the server's side of SCRAM is not right: it does not know the password either");
            default:
                throw Failed($"it asks for a kind of authentication ({kind}) that this client does not know");
        }
    }

    private OperationException Failed(string why) => new(PoolerErrors.AuthenticationFailed, $"{address}: {why}.", address.ToString());

    // PostgreSQL's own: md5 of (md5 of password and user, in hex) and the salt. Not our choice; SCRAM is used where the server offers it.
    private string Md5(string password, ReadOnlySpan<byte> salt)
    {
#pragma warning disable CA5351, CA1308 // The protocol says so.
        var inner = Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(password + address.User))).ToLowerInvariant();
        return "md5" + Convert.ToHexString(MD5.HashData([.. Encoding.ASCII.GetBytes(inner), .. salt])).ToLowerInvariant();
#pragma warning restore CA5351, CA1308
    }

    private async Task SendAsync(char type, byte[] body, CancellationToken cancellationToken) =>
        await stream.WriteAsync((byte[])[(byte)type, .. Number(body.Length + 4), .. body], cancellationToken).ConfigureAwait(false);

    private async Task<WireMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        var head = new byte[5];
        await stream.ReadExactlyAsync(head, cancellationToken).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1)) - 4;
        if (length is < 0 or > MostBytes)
        {
            throw new OperationException(PoolerErrors.ProtocolViolated, $"{address}: what came is no message of PostgreSQL's protocol.", address.ToString());
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
        return new WireMessage((char)head[0], body);
    }

    private OperationException Refused(WireMessage message, ErrorDefinition definition)
    {
        var fields = message.Fields();
        return new OperationException(definition, $"{address}: {fields.GetValueOrDefault('M', "no reason was given")} (SQLSTATE {fields.GetValueOrDefault('C', "none")})", address.ToString());
    }

    private static OperationException Lost(SimpleQueryAddress address, Exception error) => new(
        PoolerErrors.Unreachable, $"{address}: {(error is EndOfStreamException ? "the server closed the connection." : error.Message)}", address.ToString(), error);

    private static List<string> Columns(WireMessage message)
    {
        var names = new List<string>();
        for (var left = message.Int16(); left > 0; left--)
        {
            names.Add(message.Text());
            // Table, column, type, size, modifier, format: the console's values are texts.
            message.Take(18);
        }

        return names;
    }

    private static List<string?> Row(WireMessage message)
    {
        var values = new List<string?>();
        for (var left = message.Int16(); left > 0; left--)
        {
            var length = message.Int32();
            values.Add(length < 0 ? null : Encoding.UTF8.GetString(message.Take(length)));
        }

        return values;
    }

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)), 0];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
