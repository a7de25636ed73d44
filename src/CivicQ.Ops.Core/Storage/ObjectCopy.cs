using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Copies an object on the server's side.</summary>
internal static class ObjectCopy
{
    private const long Part = 512L << 20;
    private const int AtOnce = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>Copies one object or version.</summary>
    public static async Task<ObjectInfo> RunAsync(ObjectStore store, ObjectInfo source, string bucket, string key, CancellationToken cancellationToken)
    {
        // The server may take minutes, and says nothing meanwhile.
        var retry = store.Retry with { Patience = store.Retry.Patience > Patience ? store.Retry.Patience : Patience };
        var versionId = source.SizeBytes > store.CopyLimit
            ? await InPartsAsync(store, retry, source, bucket, key, cancellationToken).ConfigureAwait(false)
            : await AtOnceAsync(store, retry, source, bucket, key, cancellationToken).ConfigureAwait(false);
        var stored = await store.StoredAsync(bucket, key, versionId, source.SizeBytes, cancellationToken).ConfigureAwait(false);
        // Where both are of one piece the tags tell whether the bytes are the same.
        if (!stored.HasOpaqueTag && !source.HasOpaqueTag && ContentHash.IsDigest(stored.ETag) && ContentHash.IsDigest(source.ETag) && stored.ETag != source.ETag && source.Key == key && source.Bucket == bucket)
        {
            throw new OperationException(
                StorageErrors.ChecksumMismatch, $"The copy {ObjectStore.Target(bucket, key)} has the tag {stored.ETag}, its source {source.ETag}.", ObjectStore.Target(bucket, key));
        }

        return stored;
    }

    private static Task<string?> AtOnceAsync(ObjectStore store, StorageRetry retry, ObjectInfo source, string bucket, string key, CancellationToken cancellationToken) => retry.RunAsync(
        ObjectStore.Target(bucket, key),
        async attempt =>
        {
            var response = await store.Client.CopyObjectAsync(
                new CopyObjectRequest
                {
                    SourceBucket = source.Bucket, SourceKey = source.Key, SourceVersionId = source.VersionId, DestinationBucket = bucket, DestinationKey = key,
                    MetadataDirective = S3MetadataDirective.COPY, StorageClass = Class(source),
                },
                attempt.Token).ConfigureAwait(false);
            return string.IsNullOrEmpty(response.VersionId) ? null : response.VersionId;
        },
        cancellationToken);

    private static async Task<string?> InPartsAsync(ObjectStore store, StorageRetry retry, ObjectInfo source, string bucket, string key, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = source.ContentType, StorageClass = Class(source) };
        var headers = (await retry.RunAsync(
            ObjectStore.Target(source.Bucket, source.Key),
            attempt => store.Client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = source.Bucket, Key = source.Key, VersionId = source.VersionId }, attempt.Token),
            cancellationToken).ConfigureAwait(false)).Headers;
        (request.Headers.CacheControl, request.Headers.ContentEncoding) = (headers.CacheControl, headers.ContentEncoding);
        (request.Headers.ContentDisposition, request.Headers.ContentLanguage) = (headers.ContentDisposition, headers.ContentLanguage);
        foreach (var (name, value) in source.Metadata)
        {
            request.Metadata.Add(name, value);
        }

        var upload = await UploadHandle.BeginAsync(store, request, alone: false, cancellationToken).ConfigureAwait(false);
        try
        {
            // A small limit, as tests have it, makes small parts.
            var size = Math.Max(Math.Min(Part, store.CopyLimit), source.SizeBytes / PartPlan.MostParts * 2);
            var count = (int)((source.SizeBytes + size - 1) / size);
            await Parallel.ForEachAsync(
                Enumerable.Range(1, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (number, token) => upload.Add(await retry.RunAsync(
                    ObjectStore.Target(bucket, key),
                    async attempt =>
                    {
                        var response = await store.Client.CopyPartAsync(
                            new CopyPartRequest
                            {
                                SourceBucket = source.Bucket, SourceKey = source.Key, SourceVersionId = source.VersionId, DestinationBucket = bucket, DestinationKey = key,
                                UploadId = upload.UploadId, PartNumber = number, FirstByte = (number - 1) * size, LastByte = Math.Min(number * size, source.SizeBytes) - 1,
                                ETagToMatch = source.ETag.Length > 0 ? [$"\"{source.ETag}\""] : null,
                            },
                            attempt.Token).ConfigureAwait(false);
                        return new SentPart(number, response.ETag, Digest: null);
                    },
                    token).ConfigureAwait(false))).ConfigureAwait(false);
            return await upload.CompleteAsync(source.SizeBytes, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await upload.AbortAsync().ConfigureAwait(false);
            throw;
        }
    }

    // An archive's class is where it came from, not where somebody who restores it wants it.
    private static S3StorageClass? Class(ObjectInfo source) =>
        source.StorageClass is "STANDARD" or "GLACIER" or "DEEP_ARCHIVE" ? null : new S3StorageClass(source.StorageClass);
}
