using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>An upload in parts on the server, from its beginning to its completion or its end without a trace.</summary>
internal sealed class UploadHandle
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Completion = TimeSpan.FromMinutes(5);
    private readonly ObjectStore store;
    private readonly ConcurrentBag<SentPart> parts = [];
    private readonly DateTimeOffset begun = DateTimeOffset.UtcNow;

    private readonly bool alone;

    private UploadHandle(ObjectStore store, string bucket, string key, bool alone) => (this.store, Bucket, Key, this.alone) = (store, bucket, key, alone);

    /// <summary>The bucket.</summary>
    public string Bucket { get; }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The identifier that the server gave it.</summary>
    public string UploadId { get; private set; } = "";

    private string Target => ObjectStore.Target(Bucket, Key);

    /// <summary>Begins an upload.</summary>
    /// <param name="store">The server.</param>
    /// <param name="request">What it is to become.</param>
    /// <param name="alone">True where nobody else writes this key, so that any other upload of it that is as young is a forgotten one of ours.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<UploadHandle> BeginAsync(ObjectStore store, InitiateMultipartUploadRequest request, bool alone, CancellationToken cancellationToken)
    {
        var handle = new UploadHandle(store, request.BucketName, request.Key, alone);
        try
        {
            // Not cut off by the caller: the server would have an upload whose identifier nobody knows.
            handle.UploadId = await store.Retry.RunAsync(
                handle.Target,
                async attempt =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return (await store.Client.InitiateMultipartUploadAsync(request, attempt.Token).ConfigureAwait(false)).UploadId;
                },
                CancellationToken.None).ConfigureAwait(false);
        }
        catch
        {
            await handle.AbortAsync().ConfigureAwait(false);
            throw;
        }

        return handle;
    }

    /// <summary>Notes a part that the server has.</summary>
    public void Add(SentPart part) => parts.Add(part);

    /// <summary>Puts the parts together; from here on the object is there.</summary>
    /// <returns>The version, where the bucket has them.</returns>
    public async Task<string?> CompleteAsync(long bytes, CancellationToken cancellationToken)
    {
        var ordered = parts.OrderBy(part => part.Number).ToList();
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = Bucket, Key = Key, UploadId = UploadId, PartETags = ordered.ConvertAll(part => new PartETag(part.Number, part.ETag)),
        };
        var digests = ordered.Where(part => part.Digest is not null).Select(part => part.Digest!).ToList();
        var expected = digests.Count == ordered.Count ? ContentHash.OfParts(digests) : null;
        // Not cut off by the caller once it is sent, who else would not know what came of it.
        var version = await (store.Retry with { Patience = Completion }).RunAsync(
            Target,
            async attempt =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    var response = await store.Client.CompleteMultipartUploadAsync(request, attempt.Token).ConfigureAwait(false);
                    return string.IsNullOrEmpty(response.VersionId) ? null : response.VersionId;
                }
                catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchUpload" && attempt.Number > 1)
                {
                    if (await WasCompletedAsync(expected, bytes, attempt.Token).ConfigureAwait(false) is { } stored)
                    {
                        return stored.VersionId;
                    }

                    throw;
                }
            },
            CancellationToken.None).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(Farewell);
            await ForgottenAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            // Listing uploads is a right of its own, and the object is complete.
            store.Context.Reporter.Verbose($"Whether {Target} has other uploads could not be found out: {error.Message}");
        }

        return version;
    }

    /// <summary>Ends the upload and frees its parts; has a short time of its own, and warns when that was not enough.</summary>
    public async Task AbortAsync()
    {
        using var limit = new CancellationTokenSource(Farewell);
        var retry = store.Retry with { Attempts = Math.Min(store.Retry.Attempts, 4) };
        try
        {
            if (UploadId.Length > 0)
            {
                await store.AbortUploadAsync(Bucket, Key, UploadId, retry, limit.Token).ConfigureAwait(false);
            }

            await ForgottenAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            store.Context.Reporter.Warning(
                $"The upload of {Target} could not be aborted ({error.Message.TrimEnd('.')}): its parts take room until it is. Get-CivicQStorage shows it.");
        }
    }

    // The answer to the first attempt may have been lost, and the second finds the work done.
    private async Task<ObjectInfo?> WasCompletedAsync(string? expected, long bytes, CancellationToken cancellationToken)
    {
        var stored = await store.HeadAsync(Bucket, Key, versionId: null, cancellationToken).ConfigureAwait(false);
        var same = stored is not null && stored.SizeBytes == bytes
            && (expected is not null && !stored.HasOpaqueTag && ContentHash.IsDigestOfParts(stored.ETag) ? stored.ETag == expected : stored.LastModified >= begun - TimeSpan.FromMinutes(5));
        return same ? stored : null;
    }

    // A beginning whose answer was lost left an upload that nobody knows; .NET itself repeats a request without a body, unseen.
    private async Task ForgottenAsync(CancellationToken cancellationToken)
    {
        if (!alone)
        {
            return;
        }

        await foreach (var upload in store.ListUploadsAsync(Bucket, Key, cancellationToken).ConfigureAwait(false))
        {
            if (upload.Key == Key && upload.UploadId != UploadId && upload.Initiated >= begun - TimeSpan.FromMinutes(5))
            {
                await store.AbortUploadAsync(Bucket, Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
