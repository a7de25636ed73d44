using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// Zstandard on several processors: blocks of nearly four MiB become frames of their own with a checksum each, in their order. Any tool that reads Zstandard
/// reads frames that follow each other. (The library's own workers never end in the version that is used.)
/// </summary>
/// <param name="emit">Gets the compressed bytes in their order.</param>
internal sealed class BlockCompressor(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> emit)
{
    private const int BufferBytes = 4 << 20;
    // What does not get smaller still fits into a buffer of the same size.
    private const int BlockBytes = BufferBytes - (BufferBytes >> 6);
    private const int Level = 3;
    private static readonly int Most = Math.Clamp(Environment.ProcessorCount, 1, 8) + 1;
    // One of its own: the shared one keeps a buffer for every thread that ever gave one back, and a long run comes by many.
    private readonly ArrayPool<byte> buffers = ArrayPool<byte>.Create(BufferBytes, (2 * Most) + 2);
    private readonly Queue<Task<(byte[] Buffer, int Length)>> running = new();
    private byte[]? block;
    private int filled;
    private bool any;

    /// <summary>Takes the next bytes.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            block ??= buffers.Rent(BufferBytes);
            var take = Math.Min(bytes.Length, BlockBytes - filled);
            bytes[..take].CopyTo(block.AsMemory(filled));
            filled += take;
            bytes = bytes[take..];
            if (filled == BlockBytes)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Compresses what is left. At least one frame is written, so that nothing is a valid form of nothing.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (filled > 0 || !any)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }

        while (running.Count > 0)
        {
            await TakeAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (running.Count == Most)
        {
            await TakeAsync(cancellationToken).ConfigureAwait(false);
        }

        var (full, length) = (block ?? buffers.Rent(BufferBytes), filled);
        running.Enqueue(Task.Run(() => Compress(full, length), CancellationToken.None));
        (block, filled, any) = (null, 0, true);
    }

    private async ValueTask TakeAsync(CancellationToken cancellationToken)
    {
        var (buffer, length) = await running.Dequeue().ConfigureAwait(false);
        try
        {
            await emit(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            buffers.Return(buffer);
        }
    }

    private (byte[] Buffer, int Length) Compress(byte[] block, int length)
    {
        using var compressor = new Compressor(Level);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        var target = buffers.Rent(BufferBytes);
        var written = compressor.Wrap(block.AsSpan(0, length), target);
        buffers.Return(block);
        return (target, written);
    }
}
