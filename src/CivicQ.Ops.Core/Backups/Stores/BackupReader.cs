using System.Buffers;
using System.Security.Cryptography;
using ZstdSharp;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>Reads all of a backup's data once, with flat memory: its sum, and its decompressed form.</summary>
internal static class BackupReader
{
    private const int Piece = 1 << 18;

    /// <summary>Reads it.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="compressed">Whether it is Zstandard.</param>
    /// <param name="check">Looks at the decompressed bytes.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="progress">Told how many bytes of the file were read so far.</param>
    public static async Task<BackupReading> ReadAsync(
        Stream stream, bool compressed, IBackupCheck? check, CancellationToken cancellationToken, Action<long>? progress = null)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var decompressor = compressed ? new Decompressor() : null;
        var input = ArrayPool<byte>.Shared.Rent(Piece);
        var output = ArrayPool<byte>.Shared.Rent(Piece);
        long size = 0, plain = 0;
        string? damage = null;
        var ended = !compressed;
        try
        {
            int read;
            while ((read = await stream.ReadAtLeastAsync(input.AsMemory(0, Piece), Piece, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) > 0)
            {
                sum.AppendData(input, 0, read);
                size += read;
                progress?.Invoke(size);
                if (decompressor is null)
                {
                    plain += read;
                    check?.Add(input.AsSpan(0, read));
                }
                else if (damage is null)
                {
                    damage = Decompress(decompressor, input.AsSpan(0, read), output, check, ref plain, ref ended);
                }
            }

            damage ??= ended ? check?.End() : "The compressed data ends too early.";
            return new BackupReading(size, Convert.ToHexString(sum.GetHashAndReset()).ToLowerInvariant(), plain, damage);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    private static string? Decompress(Decompressor decompressor, ReadOnlySpan<byte> bytes, byte[] output, IBackupCheck? check, ref long plain, ref bool ended)
    {
        try
        {
            bool full;
            do
            {
                var status = decompressor.UnwrapStream(bytes, output, out var consumed, out var written);
                bytes = bytes[consumed..];
                plain += written;
                check?.Add(output.AsSpan(0, written));
                // Done: a frame is over with its checksum, and further bytes begin another.
                ended = status == OperationStatus.Done;
                full = written == output.Length;
                if (status == OperationStatus.InvalidData || (consumed == 0 && written == 0 && !bytes.IsEmpty))
                {
                    return "It cannot be decompressed: the data is not valid.";
                }
            }
            while (!bytes.IsEmpty || full);
            return null;
        }
        catch (ZstdException error)
        {
            return $"It cannot be decompressed: {error.Message}.";
        }
    }
}
