using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache;

/// <summary>
/// A connection that speaks RESP2 itself: for what StackExchange.Redis 1.2.6 cannot do, which is telling the faults of a connection apart,
/// the replication protocol, and binary commands in pipelines. One user at a time.
/// </summary>
internal sealed class RedisStream : IAsyncDisposable
{
    private const int LongestLine = 64 * 1024;
    private const int BufferSize = 16 * 1024;
    private readonly Socket socket;
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly byte[] input = new byte[BufferSize];
    private Stream stream;
    private int start;
    private int end;
    private bool greeted;

    private RedisStream(RedisAddress address, Socket socket)
    {
        Address = address;
        this.socket = socket;
        stream = new NetworkStream(socket);
    }

    /// <summary>The server.</summary>
    public RedisAddress Address { get; }

    /// <summary>How long the server may be silent, or take nothing, before it counts as gone.</summary>
    public required TimeSpan Patience { get; init; }

    /// <summary>The address, of those that the host's name has, at which the server answered.</summary>
    public IPEndPoint Remote
    {
        get
        {
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            return new IPEndPoint(remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address, remote.Port);
        }
    }

    /// <summary>Connects: TCP, TLS, AUTH, PING.</summary>
    /// <param name="address">The server.</param>
    /// <param name="certificate">Judges its certificate: what is wrong with it, or <see langword="null"/>.</param>
    /// <param name="timeout">How long all this may take.</param>
    /// <param name="patience">How long it may be silent afterwards.</param>
    /// <param name="cancellationToken">Ends it earlier.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>.</exception>
    public static async Task<RedisStream> OpenAsync(
        RedisAddress address, RedisCertificate certificate, TimeSpan timeout, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        var connected = false;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        RedisStream? made = null;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false);
            connected = true;
            made = new RedisStream(address, socket) { Patience = patience };
            await made.GreetAsync(certificate, limit.Token).ConfigureAwait(false);
            var result = made;
            made = null;
            return result;
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
        finally
        {
            if (made is not null)
            {
                await made.DisposeAsync().ConfigureAwait(false);
            }
            else if (!connected)
            {
                socket.Dispose();
            }
        }
    }

    /// <summary>An error about this server.</summary>
    public static OperationException Failure(ErrorDefinition definition, RedisAddress address, string sentence, Exception? cause = null) =>
        new(definition, $"{address}: {sentence}", address.ToString(), cause);

    /// <summary>Sends a command and gives its reply, also where that is an error.</summary>
    public async Task<RedisReply> AskAsync(CancellationToken cancellationToken, params string[] words)
    {
        Append(words);
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return await ReadReplyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a command and gives its reply.</summary>
    /// <exception cref="OperationException">The reply is an error: one of <see cref="CacheErrors"/>.</exception>
    public async Task<RedisReply> CallAsync(CancellationToken cancellationToken, params string[] words)
    {
        var reply = await AskAsync(cancellationToken, words).ConfigureAwait(false);
        return reply.IsError ? throw Failure(RedisErrorTranslator.Definition(reply.Text), Address, $"{words[0]}: {reply.Text}") : reply;
    }

    /// <summary>Puts a command of texts into the pipeline; <see cref="FlushAsync"/> sends it.</summary>
    public void Append(params string[] words)
    {
        AppendHeader('*', words.Length);
        foreach (var word in words)
        {
            Append(Encoding.UTF8.GetBytes(word));
        }
    }

    /// <summary>Begins a command of so many arguments.</summary>
    public void AppendCount(int arguments) => AppendHeader('*', arguments);

    /// <summary>Puts an argument into the pipeline.</summary>
    public void Append(ReadOnlySpan<byte> argument)
    {
        AppendHeader('$', argument.Length);
        output.Write(argument);
        output.Write("\r\n"u8);
    }

    /// <summary>Puts an argument of two parts into the pipeline.</summary>
    public void AppendJoined(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        AppendHeader('$', first.Length + second.Length);
        output.Write(first);
        output.Write(second);
        output.Write("\r\n"u8);
    }

    /// <summary>The bytes that wait to be sent.</summary>
    public int Waiting => output.WrittenCount;

    /// <summary>Sends what is in the pipeline.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await LimitedAsync(
            async token =>
            {
                await stream.WriteAsync(output.WrittenMemory, token).ConfigureAwait(false);
                return 0;
            },
            cancellationToken).ConfigureAwait(false);
        output.ResetWrittenCount();
    }

    /// <summary>Reads one reply.</summary>
    public async Task<RedisReply> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken).ConfigureAwait(false);
        switch (line.Length == 0 ? ' ' : (char)line[0])
        {
            case '+' or '-' or ':':
                return new RedisReply((char)line[0], line[1..]);
            case '$':
                var length = Length(line);
                if (length < 0)
                {
                    return new RedisReply('$', null);
                }

                var bulk = new byte[length + 2];
                for (var got = 0; got < bulk.Length;)
                {
                    got += await ReadAsync(bulk.AsMemory(got), cancellationToken).ConfigureAwait(false);
                }

                return new RedisReply('$', bulk[..length]);
            case '*':
                var items = new List<RedisReply>();
                for (var left = Length(line); left > 0; left--)
                {
                    items.Add(await ReadReplyAsync(cancellationToken).ConfigureAwait(false));
                }

                return new RedisReply('*', [], items);
            default:
                throw NotRedis();
        }
    }

    /// <summary>Reads bytes as they come, never none.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (start == end)
        {
            return buffer.Length >= BufferSize ? await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false) : await FillAndTakeAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        return Take(buffer);
    }

    /// <summary>Reads a line, without its end.</summary>
    public async ValueTask<byte[]> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(128);
        while (true)
        {
            if (start == end)
            {
                end = await ReceiveAsync(input, cancellationToken).ConfigureAwait(false);
                start = 0;
            }

            var there = input.AsSpan(start, end - start);
            var newline = there.IndexOf((byte)'\n');
            line.Write(newline < 0 ? there : there[..newline]);
            start = newline < 0 ? end : start + newline + 1;
            if (newline >= 0)
            {
                return line.WrittenSpan.TrimEnd((byte)'\r').ToArray();
            }

            if (line.WrittenCount > LongestLine)
            {
                throw NotRedis();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        socket.Dispose();
    }

    private async Task GreetAsync(RedisCertificate certificate, CancellationToken cancellationToken)
    {
        if (Address.Tls)
        {
            var tls = new SslStream(stream, leaveInnerStreamOpen: false, certificate.IsAccepted);
            stream = tls;
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Address.Host }, cancellationToken).ConfigureAwait(false);
        }

        if (Address.Password is { } password)
        {
            Judge(await AskAsync(cancellationToken, "AUTH", password).ConfigureAwait(false));
        }

        Judge(await AskAsync(cancellationToken, "PING").ConfigureAwait(false));
        greeted = true;
    }

    private void Judge(RedisReply reply)
    {
        if (reply.Kind == '+')
        {
            return;
        }

        if (!reply.IsError)
        {
            throw NotRedis();
        }

        var words = reply.Text;
        // MISCONF: it cannot save its data, and says so to every PING. That is for the health check to find, over a connection that works.
        // "ERR AUTH … called without any password configured": a password too many keeps nobody out, says redis-cli too, and goes on.
        if (words.StartsWith("MISCONF", StringComparison.Ordinal) || words.Contains("called without any password", StringComparison.Ordinal))
        {
            return;
        }

        var definition = RedisErrorTranslator.Definition(words);
        throw Failure(definition, Address, definition != CacheErrors.AuthenticationFailed ? words
            : Address.Password is null ? "Redis wants a password, and the environment names none." : "Redis refused the password.");
    }

    private void AppendHeader(char kind, int number) => output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{number}\r\n")));

    private int Length(ReadOnlySpan<byte> line) =>
        int.TryParse(line[1..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var length) ? length : throw NotRedis();

    private OperationException NotRedis() => Failure(CacheErrors.Unreachable, Address, "what answers there does not speak Redis' protocol.");

    private async ValueTask<int> FillAndTakeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        end = await ReceiveAsync(input, cancellationToken).ConfigureAwait(false);
        start = 0;
        return Take(buffer);
    }

    private int Take(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, end - start);
        input.AsSpan(start, count).CopyTo(buffer.Span);
        start += count;
        return count;
    }

    private ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => LimitedAsync(
        async token => await stream.ReadAsync(buffer, token).ConfigureAwait(false) is > 0 and var count ? count : throw new EndOfStreamException(), cancellationToken);

    private async ValueTask<int> LimitedAsync(Func<CancellationToken, ValueTask<int>> work, CancellationToken cancellationToken)
    {
        if (!greeted)
        {
            return await work(cancellationToken).ConfigureAwait(false);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            return await work(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(CacheErrors.Timeout, Address, $"the server has said nothing for {Patience.TotalSeconds:0.#} s.", error);
        }
        catch (IOException error)
        {
            throw Failure(CacheErrors.Unreachable, Address, "the connection was lost.", error);
        }
    }
}
