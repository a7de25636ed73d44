namespace CivicQ.Ops.Core.Storage;

/// <summary>What is sent; every read of it shows that the server still takes it.</summary>
internal sealed class HeardStream(ArraySegment<byte> content, StorageAttempt attempt) : MemoryStream(content.Array!, content.Offset, content.Count, writable: false)
{
    // A piece at a time, or one read would cover it all.
    private const int Piece = 128 << 10;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count)
    {
        attempt.Heard();
        return base.Read(buffer, offset, Math.Min(count, Piece));
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        attempt.Heard();
        return base.Read(buffer.Length > Piece ? buffer[..Piece] : buffer);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        attempt.Heard();
        return base.ReadAsync(buffer, offset, Math.Min(count, Piece), cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        attempt.Heard();
        return base.ReadAsync(buffer.Length > Piece ? buffer[..Piece] : buffer, cancellationToken);
    }
}
