using System.Net.Sockets;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>
/// A socket that is read in large pieces. The engine sends each line of a log by itself; who waits for the socket is woken for each, which costs
/// both sides more than the line does. Here nobody waits: what has come is taken every few milliseconds. For answers that are long and come at once.
/// </summary>
/// <param name="socket">A connected socket; the stream owns it.</param>
internal sealed class PacedSocketStream(Socket socket) : Stream
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(16);
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Makes a connected socket such a stream.</summary>
    public static PacedSocketStream Over(Socket socket)
    {
        socket.Blocking = false;
        return new PacedSocketStream(socket);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default) =>
        start < end ? new ValueTask<int>(Take(destination.Span)) : FillAsync(destination, cancellationToken);

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        while (source.Length > 0)
        {
            try
            {
                source = source[await socket.SendAsync(source, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
            }
            catch (SocketException error)
            {
                throw Broken(error);
            }
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IOException Broken(SocketException error) => new($"The connection broke: {error.Message}", error);

    private async ValueTask<int> FillAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause = pause + pause < LongestPause ? pause + pause : LongestPause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (read, error) = Receive();
            if (error == SocketError.Success)
            {
                (start, end) = (0, read);
                return Take(destination.Span);
            }

            if (error != SocketError.WouldBlock)
            {
                throw Broken(new SocketException((int)error));
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private (int Read, SocketError Error) Receive()
    {
        try
        {
            return (socket.Receive(buffer, SocketFlags.None, out var error), error);
        }
        catch (ObjectDisposedException)
        {
            // Whoever reads and whoever closes may be two.
            return (0, SocketError.OperationAborted);
        }
    }

    private int Take(Span<byte> destination)
    {
        var length = Math.Min(destination.Length, end - start);
        buffer.AsSpan(start, length).CopyTo(destination);
        start += length;
        return length;
    }
}
