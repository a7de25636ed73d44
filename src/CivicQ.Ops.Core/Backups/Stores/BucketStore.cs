using System.Runtime.CompilerServices;
using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>
/// Backups in a bucket: <c>PREFIX/SOURCE/KIND/NAME/</c> with the data, the manifest and the sums. The sums are put last: what has none is no backup.
/// </summary>
/// <param name="objects">The bucket's server; disposed of with this.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="prefix">What all keys begin with: empty, or ending with a slash.</param>
internal sealed class BucketStore(ObjectStore objects, string bucket, string prefix) : IBackupStore
{
    private const int AtOnce = 8;
    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(24);

    /// <inheritdoc/>
    public BackupLocation Location => BackupLocation.Bucket;

    /// <inheritdoc/>
    public string Address => $"s3://{bucket}/{prefix}";

    /// <inheritdoc/>
    public async Task<IBackupUpload> BeginAsync(BackupPath path, string fileName, long expectedBytes, CancellationToken cancellationToken)
    {
        // The first request tells whether the bucket is there and takes anything at all, before the database is read.
        if (await objects.HeadAsync(bucket, Key(path, ManifestText.SumsFile), versionId: null, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new OperationException(BackupErrors.Busy, $"{Describe(path)} is there already: two backups were begun within one second.", path.Name);
        }

        return new BucketUpload(objects, bucket, prefix + path.Text + "/", fileName, expectedBytes);
    }

    /// <inheritdoc/>
    public IDisposable? Hold(string series) => null;

    /// <inheritdoc/>
    public string Describe(BackupPath path) => $"s3://{bucket}/{prefix}{path.Text}/";

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredBackup> ListAsync(string? series, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reading = new Queue<Task<StoredBackup>>();
        await foreach (var (path, files) in FoldersAsync(series is null ? "" : series + "/", cancellationToken).ConfigureAwait(false))
        {
            if (files.Exists(file => file.Key.EndsWith("/" + ManifestText.SumsFile, StringComparison.Ordinal)))
            {
                if (reading.Count == AtOnce)
                {
                    yield return await reading.Dequeue().ConfigureAwait(false);
                }

                reading.Enqueue(ReadAsync(path, files, cancellationToken));
            }
        }

        while (reading.Count > 0)
        {
            yield return await reading.Dequeue().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(BackupPath path, string fileName, CancellationToken cancellationToken)
    {
        try
        {
            return await objects.OpenReadAsync(bucket, Key(path, fileName), versionId: null, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == StorageErrors.ObjectNotFound)
        {
            throw new OperationException(BackupErrors.Damaged, $"{Describe(path)} has no {fileName}.", path.Name, error);
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(BackupPath path, CancellationToken cancellationToken)
    {
        await objects.DeleteAsync(bucket, [Key(path, ManifestText.SumsFile)], cancellationToken).ConfigureAwait(false);
        var rest = new List<string>();
        await foreach (var file in objects.ListAsync(bucket, prefix + path.Text + "/", cancellationToken).ConfigureAwait(false))
        {
            rest.Add(file.Key);
        }

        await objects.DeleteAsync(bucket, rest, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task PointAsync(BackupPath path, ReadOnlyMemory<byte> manifest, CancellationToken cancellationToken) =>
        objects.PutAsync(bucket, $"{prefix}{path.Series}/{FolderStore.LatestFile}", manifest, "application/json", null, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> SweepAsync(string series, CancellationToken cancellationToken)
    {
        var swept = 0;
        // Nothing keeps two backups of a Redis in one bucket apart: what may still be another's work is left alone.
        var before = series.EndsWith("/" + BackupPath.KindText(BackupKind.Cache), StringComparison.Ordinal) ? DateTimeOffset.UtcNow - LongestRun : DateTimeOffset.MaxValue;
        var uploads = new List<ObjectUpload>();
        await foreach (var upload in objects.ListUploadsAsync(bucket, $"{prefix}{series}/", cancellationToken).ConfigureAwait(false))
        {
            if (upload.Initiated < before)
            {
                uploads.Add(upload);
            }
        }

        foreach (var upload in uploads)
        {
            await objects.AbortUploadAsync(bucket, upload.Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
            swept++;
        }

        var left = new List<string>();
        await foreach (var (_, files) in FoldersAsync(series + "/", cancellationToken).ConfigureAwait(false))
        {
            if (!files.Exists(file => file.Key.EndsWith("/" + ManifestText.SumsFile, StringComparison.Ordinal)) && files.TrueForAll(file => file.LastModified < before))
            {
                left.AddRange(files.Select(file => file.Key));
                swept++;
            }
        }

        await objects.DeleteAsync(bucket, left, cancellationToken).ConfigureAwait(false);
        return swept;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        objects.Dispose();
        return default;
    }

    private string Key(BackupPath path, string fileName) => $"{prefix}{path.Text}/{fileName}";

    // The listing comes in the order of keys, so that the files of a backup follow each other.
    private async IAsyncEnumerable<(BackupPath Path, List<ObjectInfo> Files)> FoldersAsync(string below, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BackupPath? present = null;
        var files = new List<ObjectInfo>();
        await foreach (var file in objects.ListAsync(bucket, prefix + below, cancellationToken).ConfigureAwait(false))
        {
            var parts = file.Key[prefix.Length..].Split('/');
            if (parts.Length != 4 || BackupPath.Parse(parts[0], parts[1], parts[2]) is not { } path)
            {
                continue;
            }

            if (path != present)
            {
                if (present is not null)
                {
                    yield return (present, files);
                }

                (present, files) = (path, []);
            }

            files.Add(file);
        }

        if (present is not null)
        {
            yield return (present, files);
        }
    }

    private async Task<StoredBackup> ReadAsync(BackupPath path, List<ObjectInfo> files, CancellationToken cancellationToken)
    {
        try
        {
            var text = await objects.GetTextAsync(bucket, Key(path, ManifestText.ManifestFile), cancellationToken).ConfigureAwait(false);
            var sums = await objects.GetTextAsync(bucket, Key(path, ManifestText.SumsFile), cancellationToken).ConfigureAwait(false);
            var manifest = ManifestText.Read(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(sums), Describe(path));
            var data = files.Find(file => file.Key.EndsWith("/" + manifest.FileName, StringComparison.Ordinal));
            return new StoredBackup(path, Describe(path), manifest, data?.SizeBytes ?? 0, StoredDamage.Of(manifest, data?.SizeBytes));
        }
        catch (OperationException error) when (error.Definition == StorageErrors.ObjectNotFound || error.Definition == StorageErrors.ObjectArchived || error.Definition == BackupErrors.Damaged || error.Definition == BackupErrors.ManifestTooNew)
        {
            return new StoredBackup(path, Describe(path), null, 0, error.Message);
        }
    }
}
