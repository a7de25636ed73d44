using System.Collections.Concurrent;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Reads pieces that another thread brings as one stream.</summary>
internal sealed class PieceStream(BlockingCollection<byte[]> pieces, CancellationToken cancellationToken) : Stream
{
    private ReadOnlyMemory<byte> rest;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        if (rest.IsEmpty)
        {
            if (!pieces.TryTake(out var next, Timeout.Infinite, cancellationToken))
            {
                return 0;
            }

            rest = next;
        }

        var taken = Math.Min(count, rest.Length);
        rest[..taken].CopyTo(buffer.AsMemory(offset));
        rest = rest[taken..];
        return taken;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
