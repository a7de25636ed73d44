using System.Buffers;
using System.Security.Cryptography;
using System.Threading.Channels;
using ZstdSharp;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// Reads all of a backup's data once, with flat memory: its sum, and its decompressed form. One processor reads and decompresses while another looks
/// at what came out.
/// </summary>
internal static class BackupReader
{
    private const int Piece = 1 << 18;
    private const int PiecesAhead = 8;

    /// <summary>Reads it.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="compressed">Whether it is Zstandard.</param>
    /// <param name="check">Looks at the decompressed bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="progress">Told how many bytes of the file were read so far.</param>
    /// <param name="copy">Gets the decompressed bytes too; whether they are good is known only at the end.</param>
    public static async Task<BackupReading> ReadAsync(
        Stream stream, bool compressed, IBackupCheck? check, CancellationToken cancellationToken, Action<long>? progress = null,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? copy = null)
    {
        // One of its own: the shared one keeps a buffer for every thread that ever gave one back.
        var buffers = ArrayPool<byte>.Create(Piece, PiecesAhead + 4);
        var pieces = Channel.CreateBounded<ArraySegment<byte>>(new BoundedChannelOptions(PiecesAhead) { SingleReader = true, SingleWriter = true });
        // Whichever end fails, the other does not wait for it.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var looking = Task.Run(() => LookAsync(pieces.Reader, buffers, check, copy, either), CancellationToken.None);
        BackupReading reading;
        try
        {
            reading = await TakeAsync(stream, compressed, pieces.Writer, buffers, progress, either.Token).ConfigureAwait(false);
            pieces.Writer.Complete();
        }
        catch (Exception error)
        {
            pieces.Writer.Complete(error);
            await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // What ended the looking is the cause, where it ended first.
            if (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                await looking.ConfigureAwait(false);
            }

            throw;
        }

        await looking.ConfigureAwait(false);
        return reading with { Damage = reading.Damage ?? check?.End() };
    }

    private static async Task<BackupReading> TakeAsync(
        Stream stream, bool compressed, ChannelWriter<ArraySegment<byte>> pieces, ArrayPool<byte> buffers, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var decompressor = compressed ? new Decompressor() : null;
        var state = new Decompression(decompressor, buffers);
        var input = new byte[Piece];
        long size = 0;
        int read;
        while ((read = await stream.ReadAtLeastAsync(input, Piece, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) > 0)
        {
            sum.AppendData(input, 0, read);
            size += read;
            progress?.Invoke(size);
            ReadOnlyMemory<byte> rest = input.AsMemory(0, read);
            while (state.Next(ref rest) is { } piece)
            {
                await pieces.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
            }
        }

        return new BackupReading(size, Convert.ToHexString(sum.GetHashAndReset()).ToLowerInvariant(), state.Bytes, state.Damage ?? (state.Ended ? null : "The compressed data ends too early."));
    }

    private static async Task LookAsync(
        ChannelReader<ArraySegment<byte>> pieces, ArrayPool<byte> buffers, IBackupCheck? check, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? copy, CancellationTokenSource either)
    {
        try
        {
            await foreach (var piece in pieces.ReadAllAsync(either.Token).ConfigureAwait(false))
            {
                check?.Add(piece);
                if (copy is not null)
                {
                    await copy(piece, either.Token).ConfigureAwait(false);
                }

                buffers.Return(piece.Array!);
            }
        }
        catch
        {
            await either.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What is decompressed so far; without a decompressor the bytes as they are.</summary>
    private sealed class Decompression(Decompressor? decompressor, ArrayPool<byte> buffers)
    {
        private bool full;

        public long Bytes { get; private set; }

        public string? Damage { get; private set; }

        public bool Ended { get; private set; } = decompressor is null;

        /// <summary>The next decompressed bytes, in a buffer of the pool; <see langword="null"/> where further input is wanted.</summary>
        public ArraySegment<byte>? Next(ref ReadOnlyMemory<byte> input)
        {
            while (Damage is null && (full || !input.IsEmpty))
            {
                var output = buffers.Rent(Piece);
                var written = decompressor is null ? Copy(ref input, output) : Decompress(decompressor, ref input, output);
                Bytes += written;
                if (written > 0)
                {
                    return new ArraySegment<byte>(output, 0, written);
                }

                buffers.Return(output);
            }

            return null;
        }

        private static int Copy(ref ReadOnlyMemory<byte> input, byte[] output)
        {
            var take = Math.Min(input.Length, output.Length);
            input[..take].CopyTo(output);
            input = input[take..];
            return take;
        }

        private int Decompress(Decompressor decompressor, ref ReadOnlyMemory<byte> input, byte[] output)
        {
            try
            {
                var status = decompressor.UnwrapStream(input.Span, output, out var consumed, out var written);
                // Done: a frame is over with its checksum, and further bytes begin another.
                Ended = status == OperationStatus.Done;
                // A frame that is over holds nothing back.
                full = written == output.Length && !Ended;
                if (status == OperationStatus.InvalidData || (consumed == 0 && written == 0 && !input.IsEmpty))
                {
                    Damage = "It cannot be decompressed: the data is not valid.";
                }

                input = input[consumed..];
                return written;
            }
            catch (ZstdException error)
            {
                Damage = $"It cannot be decompressed: {error.Message}.";
                return 0;
            }
        }
    }
}
