using System.Buffers;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// Zstandard on several processors: blocks of four MiB become frames of their own with a checksum each, in their order. Any tool that reads Zstandard
/// reads frames that follow each other. (The library's own workers never end in the version that is used.)
/// </summary>
/// <param name="emit">Gets the compressed bytes in their order.</param>
internal sealed class BlockCompressor(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> emit) : IDisposable
{
    private const int BlockBytes = 4 << 20;
    private const int Level = 3;
    private readonly int most = Math.Clamp(Environment.ProcessorCount, 1, 8) + 1;
    private readonly Queue<Task<(byte[] Buffer, int Length)>> running = new();
    private byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int filled;
    private bool any;

    /// <summary>Takes the next bytes.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
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

    /// <inheritdoc/>
    public void Dispose()
    {
        // Blocks that are still being compressed hold their buffers; nobody gives these back.
        running.Clear();
        ArrayPool<byte>.Shared.Return(block);
    }

    private async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (running.Count == most)
        {
            await TakeAsync(cancellationToken).ConfigureAwait(false);
        }

        var (full, length) = (block, filled);
        running.Enqueue(Task.Run(() => Compress(full, length), CancellationToken.None));
        (block, filled, any) = (ArrayPool<byte>.Shared.Rent(BlockBytes), 0, true);
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
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (byte[] Buffer, int Length) Compress(byte[] block, int length)
    {
        using var compressor = new Compressor(Level);
        compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        var target = ArrayPool<byte>.Shared.Rent(Compressor.GetCompressBound(length));
        var written = compressor.Wrap(block.AsSpan(0, length), target);
        ArrayPool<byte>.Shared.Return(block);
        return (target, written);
    }
}
