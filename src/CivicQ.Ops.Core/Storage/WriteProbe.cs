using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>
/// Whether a bucket takes objects: one is put, and removed again with its version. That it can be put is all that counts: buckets of backups are often
/// locked, or the keys may not delete.
/// </summary>
internal static class WriteProbe
{
    /// <summary>The object's name; always the same, so that those that cannot be removed do not become many.</summary>
    public const string Name = ".civicq-test";

    private static readonly byte[] Content = "Written to see whether the bucket takes objects.\n"u8.ToArray();

    /// <summary>Writes and removes.</summary>
    /// <param name="store">The bucket's server.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">What the key begins with: empty, or ending with a slash.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A sentence on what stays and why; <see langword="null"/> where nothing does.</returns>
    /// <exception cref="OperationException">One of <see cref="StorageErrors"/>: it refuses, or is full.</exception>
    public static async Task<string?> RunAsync(ObjectStore store, string bucket, string prefix, CancellationToken cancellationToken)
    {
        var written = await store.PutAsync(bucket, prefix + Name, Content, "text/plain", metadata: null, cancellationToken).ConfigureAwait(false);
        // Without a version a bucket that keeps them would keep a marker too.
        var refusal = await DeleteAsync(store, bucket, written.Key, written.VersionId, cancellationToken).ConfigureAwait(false);
        if (refusal is null)
        {
            return null;
        }

        return written.VersionId is null || await DeleteAsync(store, bucket, written.Key, null, cancellationToken).ConfigureAwait(false) is not null
            ? $"{written.Key} could not be removed again: {refusal}"
            : $"{written.Key} was deleted, but its version {written.VersionId} could not be removed: {refusal}";
    }

    private static async Task<string?> DeleteAsync(ObjectStore store, string bucket, string key, string? version, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = bucket, Key = key, VersionId = version };
        try
        {
            await store.Retry.RunAsync(key, attempt => store.Client.DeleteObjectAsync(request, attempt.Token), cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (OperationException error)
        {
            return error.Message;
        }
    }
}
