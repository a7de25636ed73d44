using System.Security.Cryptography;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// Takes a backup's bytes, compresses them on several processors, sums them, and hands them to all its places at once; then reads every
/// one back, and publishes. Disposing of it before that leaves nothing behind anywhere.
/// </summary>
internal sealed class BackupWriter : IAsyncDisposable
{
    private readonly IReadOnlyList<IBackupUpload> uploads;
    private readonly IncrementalHash sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlockCompressor? compressor;
    private readonly bool compressed;

    /// <summary>Begins it.</summary>
    /// <param name="uploads">Its places; disposed of with this.</param>
    /// <param name="compress">False where the bytes are a compressed form already.</param>
    public BackupWriter(IReadOnlyList<IBackupUpload> uploads, bool compress)
    {
        this.uploads = uploads;
        compressed = compress;
        compressor = compress ? new BlockCompressor(EmitAsync) : null;
    }

    /// <summary>How many bytes it was given.</summary>
    public long UncompressedBytes { get; private set; }

    /// <summary>How many bytes were written to each place.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>The SHA-256 of what was written; known once it was ended.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Takes the next bytes.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        UncompressedBytes += bytes.Length;
        return compressor?.WriteAsync(bytes, cancellationToken) ?? EmitAsync(bytes, cancellationToken);
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

        sum.Dispose();
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        if (compressor is not null)
        {
            await compressor.EndAsync(cancellationToken).ConfigureAwait(false);
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
