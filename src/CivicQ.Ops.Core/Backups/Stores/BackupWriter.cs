using System.Buffers;
using System.Security.Cryptography;
using CivicQ.Ops.Core.Errors;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// Takes a backup's bytes, compresses them on several processors, sums them, and hands them to all its places at once; then reads every
/// one back, and publishes. Disposing of it before that leaves nothing behind anywhere.
/// </summary>
internal sealed class BackupWriter : IAsyncDisposable
{
    private const int Piece = 1 << 20;
    private readonly IReadOnlyList<IBackupUpload> uploads;
    private readonly IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] buffer = ArrayPool<byte>.Shared.Rent(Piece);
    private readonly Compressor? compressor;
    private readonly bool compressed;

    /// <summary>Begins it.</summary>
    /// <param name="uploads">Its places; disposed of with this.</param>
    /// <param name="compress">False where the bytes are a compressed form already.</param>
    public BackupWriter(IReadOnlyList<IBackupUpload> uploads, bool compress)
    {
        this.uploads = uploads;
        compressed = compress;
        if (compress)
        {
            compressor = new Compressor(3);
            compressor.SetParameter(ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
            compressor.SetParameter(ZSTD_cParameter.ZSTD_c_nbWorkers, Math.Clamp(Environment.ProcessorCount, 1, 8));
        }
    }

    /// <summary>How many bytes it was given.</summary>
    public long UncompressedBytes { get; private set; }

    /// <summary>How many bytes were written to each place.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>The SHA-256 of what was written; known once it was ended.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Takes the next bytes.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        UncompressedBytes += bytes.Length;
        if (compressor is null)
        {
            await EmitAsync(bytes, cancellationToken).ConfigureAwait(false);
            return;
        }

        while (!bytes.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            compressor.WrapStream(bytes.Span, buffer, out var consumed, out var written, isFinalBlock: false);
            bytes = bytes[consumed..];
            await EmitAsync(buffer.AsMemory(0, written), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the data, and reads it back from every place.</summary>
    /// <param name="check">Reads the decompressed bytes of the first place, to see that they are what they should be; may be <see langword="null"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationException"><see cref="BackupErrors.NotVerified"/>.</exception>
    public async Task VerifyAsync(IBackupCheck? check, CancellationToken cancellationToken)
    {
        await EndAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(uploads.Select(async (upload, number) =>
        {
            var stream = await upload.ReadBackAsync(cancellationToken).ConfigureAwait(false);
            await using var closing = stream.ConfigureAwait(false);
            var found = await BackupReader.ReadAsync(stream, compressed, number == 0 ? check : null, cancellationToken).ConfigureAwait(false);
            if (found.Damage is not null || found.SizeBytes != SizeBytes || found.Sha256 != Sha256 || found.UncompressedBytes != UncompressedBytes)
            {
                throw new OperationException(
                    BackupErrors.NotVerified, $"{upload.Address}: what was read back is not what was written. {found.Damage}".TrimEnd(), upload.Address);
            }
        })).ConfigureAwait(false);
    }

    /// <summary>Gives it its final name in every place.</summary>
    public async Task PublishAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var text = ManifestText.Write(manifest);
        var sums = ManifestText.Sums(manifest, text);
        foreach (var upload in uploads)
        {
            await upload.PublishAsync(text, sums, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var upload in uploads)
        {
            await upload.DisposeAsync().ConfigureAwait(false);
        }

        compressor?.Dispose();
        sum.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        if (compressor is not null)
        {
            OperationStatus status;
            do
            {
                cancellationToken.ThrowIfCancellationRequested();
                status = compressor.WrapStream([], buffer, out _, out var written, isFinalBlock: true);
                await EmitAsync(buffer.AsMemory(0, written), cancellationToken).ConfigureAwait(false);
            }
            while (status != OperationStatus.Done);
        }

        Sha256 = Convert.ToHexString(sum.GetHashAndReset()).ToLowerInvariant();
    }

    private async ValueTask EmitAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        sum.AppendData(bytes.Span);
        SizeBytes += bytes.Length;
        foreach (var upload in uploads)
        {
            await upload.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
    }
}
