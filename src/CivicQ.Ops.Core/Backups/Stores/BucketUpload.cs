using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>A backup that is being written into a bucket: sent in parts while it is made, with no copy on disk.</summary>
internal sealed class BucketUpload(ObjectStore objects, string bucket, string folder, string fileName, long expectedBytes) : IBackupUpload
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly MultipartUpload data = objects.BeginUpload(bucket, folder + fileName, "application/octet-stream", null, expectedBytes);
    private long bytes;
    private bool complete;
    private bool published;

    /// <inheritdoc/>
    public string Address => $"s3://{bucket}/{folder}";

    /// <inheritdoc/>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => data.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public async Task<Stream> ReadBackAsync(CancellationToken cancellationToken)
    {
        if (!complete)
        {
            // From here on the object may be there, whatever the answer was.
            complete = true;
            bytes = (await data.CompleteAsync(cancellationToken).ConfigureAwait(false)).SizeBytes;
        }

        return await objects.OpenReadAsync(bucket, folder + fileName, versionId: null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PublishAsync(ReadOnlyMemory<byte> manifest, ReadOnlyMemory<byte> sums, CancellationToken cancellationToken)
    {
        await objects.PutAsync(bucket, folder + ManifestText.ManifestFile, manifest, "application/json", null, cancellationToken).ConfigureAwait(false);
        // Read back it was; whoever swept it away since, sums without data would be a backup without data.
        if ((await objects.HeadAsync(bucket, folder + fileName, versionId: null, cancellationToken).ConfigureAwait(false))?.SizeBytes != bytes)
        {
            throw new OperationException(BackupErrors.NotVerified, $"{Address}: {fileName} was removed or replaced after it had been read back.", Address);
        }

        // Cancelled in the middle of this request nobody would know whether the backup is there.
        await objects.PutAsync(bucket, folder + ManifestText.SumsFile, sums, "text/plain", null, CancellationToken.None).ConfigureAwait(false);
        published = true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await data.DisposeAsync().ConfigureAwait(false);
        if (!complete || published)
        {
            return;
        }

        try
        {
            using var limit = new CancellationTokenSource(Patience);
            await objects.DeleteAsync(bucket, [folder + ManifestText.SumsFile, folder + ManifestText.ManifestFile, folder + fileName], limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            // A bucket that is away keeps what it has; without sums that is no backup, and the next run sweeps it.
        }
    }
}
