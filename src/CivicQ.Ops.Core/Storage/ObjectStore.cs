using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Storage;

/// <summary>
/// Reads and writes objects. What a busy or cut storage refuses is tried again (<see cref="Retry"/>); every failure is an
/// <see cref="Errors.OperationException"/> of <see cref="Errors.StorageErrors"/>, never with a secret in it.
/// </summary>
internal sealed class ObjectStore : IDisposable
{
    private const int DeletedAtOnce = 1000;
    private readonly bool encrypted;

    private ObjectStore(IAmazonS3 client, EnvironmentContext context)
    {
        (Client, Context) = (client, context);
        var endpoint = context.Environment.Storage?.Endpoint;
        encrypted = endpoint is null || endpoint.Scheme == Uri.UriSchemeHttps;
        UniformParts = endpoint?.Host.EndsWith(".r2.cloudflarestorage.com", StringComparison.OrdinalIgnoreCase) == true;
        Retry = new StorageRetry { Patience = context.Timeout > TimeSpan.FromSeconds(30) ? context.Timeout : TimeSpan.FromSeconds(30) };
    }

    /// <summary>How often and how patiently a request is repeated.</summary>
    public StorageRetry Retry { get; init; }

    /// <summary>What is larger is copied in parts.</summary>
    public long CopyLimit { get; init; } = 5L << 30;

    /// <summary>The client.</summary>
    internal IAmazonS3 Client { get; }

    /// <summary>The environment.</summary>
    internal EnvironmentContext Context { get; }

    /// <summary>Whether all parts of an upload but the last must have one size.</summary>
    internal bool UniformParts { get; }

    /// <summary>
    /// TLS guards what is sent already. The signature over pieces that the library prefers is not understood by R2 and others.
    /// </summary>
    internal bool Unsigned => encrypted;

    /// <summary>Makes a store from the environment's part <c>storage</c>; nothing is sent yet.</summary>
    public static async Task<ObjectStore> ConnectAsync(EnvironmentContext context, CancellationToken cancellationToken) => new(await ClientAsync(context, cancellationToken).ConfigureAwait(false), context);

    /// <summary>The same with other repetitions and another limit of a copy in one piece.</summary>
    public static async Task<ObjectStore> ConnectAsync(EnvironmentContext context, StorageRetry retry, long copyLimit, CancellationToken cancellationToken) =>
        new(await ClientAsync(context, cancellationToken).ConfigureAwait(false), context) { Retry = retry, CopyLimit = copyLimit };

    /// <summary>Reads an object from its beginning; a cut connection is taken up again where it broke, as long as the object is the same.</summary>
    public async Task<ObjectContent> OpenReadAsync(string bucket, string key, string? versionId, CancellationToken cancellationToken)
    {
        var response = await GetAsync(new GetObjectRequest { BucketName = bucket, Key = key, VersionId = versionId }, cancellationToken).ConfigureAwait(false);
        return new ObjectContent(this, response, Describe(bucket, key, response), versionId);
    }

    /// <summary>Reads a small object whole, as UTF-8.</summary>
    public async Task<string> GetTextAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        await using var content = await OpenReadAsync(bucket, key, versionId: null, cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(content, Encoding.UTF8);
        return await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes an object in one piece (at most 5 GB).</summary>
    public async Task<ObjectInfo> PutAsync(
        string bucket, string key, ReadOnlyMemory<byte> content, string? contentType, IReadOnlyDictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        var body = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(content, out var array) ? array : new ArraySegment<byte>(content.ToArray());
        var digest = ContentHash.Of(body);
        var versionId = await Retry.RunAsync(
            Target(bucket, key),
            async attempt =>
            {
                using var sent = new HeardStream(body, attempt);
                var request = new PutObjectRequest
                {
                    BucketName = bucket, Key = key, InputStream = sent, AutoCloseStream = false, ContentType = contentType,
                    MD5Digest = Convert.ToBase64String(digest), UseChunkEncoding = false, DisablePayloadSigning = Unsigned,
                };
                foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
                {
                    request.Metadata.Add(name, value);
                }

                var response = await Client.PutObjectAsync(request, attempt.Token).ConfigureAwait(false);
                PartSender.Verify(Target(bucket, key), digest, response.ETag, response.ServerSideEncryptionMethod, response.ServerSideEncryptionCustomerMethod);
                return response.VersionId;
            },
            cancellationToken).ConfigureAwait(false);
        return await StoredAsync(bucket, key, versionId, content.Length, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts writing an object of any size; nothing is visible before <see cref="MultipartUpload.CompleteAsync"/>.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="key">The key. One writer at a time.</param>
    /// <param name="contentType">The media type.</param>
    /// <param name="metadata">The metadata, names without <c>x-amz-meta-</c>.</param>
    /// <param name="expectedBytes">How much will come, roughly; 0 where nobody knows. R2 takes more than 160 GB only with it.</param>
    public MultipartUpload BeginUpload(string bucket, string key, string? contentType, IReadOnlyDictionary<string, string>? metadata, long expectedBytes = 0) =>
        new(this, bucket, key, contentType, metadata, new PartPlan(expectedBytes, UniformParts));

    /// <summary>Describes an object, or a version of it; <see langword="null"/> where it is not there or deleted.</summary>
    /// <exception cref="Errors.OperationException">Among others, when the bucket itself is missing.</exception>
    public async Task<ObjectInfo?> HeadAsync(string bucket, string key, string? versionId, CancellationToken cancellationToken)
    {
        var found = await Retry.RunAsync(
            Target(bucket, key),
            async attempt =>
            {
                try
                {
                    return Describe(bucket, key, await Client.GetObjectMetadataAsync(
                        new GetObjectMetadataRequest { BucketName = bucket, Key = key, VersionId = versionId }, attempt.Token).ConfigureAwait(false));
                }
                catch (AmazonS3Exception error) when (error.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
                {
                    // The answer has no body that would tell an object from a bucket; a delete marker is 405.
                    return null;
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            await Retry.RunAsync(
                bucket, attempt => Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = key, MaxKeys = 1 }, attempt.Token), cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    /// <summary>Lists the objects whose key begins so, in the order of their keys; the next page is fetched while one is read.</summary>
    public async IAsyncEnumerable<ObjectInfo> ListAsync(string bucket, string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Task<ListObjectsV2Response> PageAsync(string? continuation) => Retry.RunAsync(
            bucket,
            attempt => Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, ContinuationToken = continuation }, attempt.Token),
            cancellationToken);

        for (var next = PageAsync(null); next is not null;)
        {
            var page = await next.ConfigureAwait(false);
            next = page.IsTruncated == true ? PageAsync(page.NextContinuationToken) : null;
            // A caller who stops half-way leaves a page behind that nobody waits for.
            _ = next?.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            foreach (var found in page.S3Objects ?? [])
            {
                yield return new ObjectInfo(bucket, found.Key, found.Size ?? 0)
                {
                    ETag = ContentHash.Plain(found.ETag), LastModified = Time(found.LastModified), StorageClass = found.StorageClass?.Value ?? "STANDARD",
                };
            }
        }
    }

    /// <summary>Deletes objects; in a bucket with versions that leaves a delete marker on each. Keys that are not there are no error.</summary>
    public async Task DeleteAsync(string bucket, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        foreach (var batch in keys.Chunk(DeletedAtOnce))
        {
            await ObjectDeletion.RunAsync(this, bucket, batch, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Copies within the storage, with media type and metadata; what is too large for one request goes in parts.</summary>
    /// <param name="source">What to copy, with its version where it has one (<see cref="HeadAsync"/>).</param>
    /// <param name="bucket">The bucket to copy into.</param>
    /// <param name="key">The key to copy to; the source's own makes an older version the newest.</param>
    /// <param name="cancellationToken">Ends it; nothing is visible then.</param>
    public Task<ObjectInfo> CopyAsync(ObjectInfo source, string bucket, string key, CancellationToken cancellationToken) =>
        ObjectCopy.RunAsync(this, source, bucket, key, cancellationToken);

    /// <summary>Lists the uploads that were neither completed nor aborted, for keys that begin so.</summary>
    public async IAsyncEnumerable<ObjectUpload> ListUploadsAsync(string bucket, string? prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = bucket, Prefix = prefix };
        while (true)
        {
            var page = await Retry.RunAsync(bucket, attempt => Client.ListMultipartUploadsAsync(request, attempt.Token), cancellationToken).ConfigureAwait(false);
            foreach (var found in page.MultipartUploads ?? [])
            {
                yield return new ObjectUpload(bucket, found.Key, found.UploadId, Time(found.Initiated));
            }

            if (page.IsTruncated != true || (page.NextKeyMarker == request.KeyMarker && page.NextUploadIdMarker == request.UploadIdMarker))
            {
                yield break;
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    /// <summary>Gives up an upload and frees its parts; one that is not there is no error.</summary>
    public Task AbortUploadAsync(string bucket, string key, string uploadId, CancellationToken cancellationToken) => AbortUploadAsync(bucket, key, uploadId, Retry, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    /// <summary>How an object is named in errors.</summary>
    internal static string Target(string bucket, string key) => $"{bucket}/{key}";

    /// <summary>A time that the library gives in the machine's own zone.</summary>
    internal static DateTimeOffset Time(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime(), TimeSpan.Zero) : default;

    internal async Task AbortUploadAsync(string bucket, string key, string uploadId, StorageRetry retry, CancellationToken cancellationToken) => await retry.RunAsync(
        Target(bucket, key),
        async attempt =>
        {
            try
            {
                await Client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = uploadId }, attempt.Token).ConfigureAwait(false);
            }
            catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchUpload")
            {
                // Aborted before, or completed.
            }

            return true;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Sends a GET, until its headers are there.</summary>
    internal Task<GetObjectResponse> GetAsync(GetObjectRequest request, CancellationToken cancellationToken) =>
        Retry.RunAsync(Target(request.BucketName, request.Key), attempt => Client.GetObjectAsync(request, attempt.Token), cancellationToken);

    /// <summary>What the bucket has now under a key; its length must be what was sent.</summary>
    internal async Task<ObjectInfo> StoredAsync(string bucket, string key, string? versionId, long bytes, CancellationToken cancellationToken)
    {
        var stored = await HeadAsync(bucket, key, versionId, cancellationToken).ConfigureAwait(false);
        return stored?.SizeBytes == bytes
            ? stored
            : throw new Errors.OperationException(
                Errors.StorageErrors.ChecksumMismatch,
                stored is null ? $"{Target(bucket, key)} was written and is not there." : $"{Target(bucket, key)} has {stored.SizeBytes} bytes, {bytes} were written.", Target(bucket, key));
    }

    private static ObjectInfo Describe(string bucket, string key, GetObjectMetadataResponse response) => new(bucket, key, response.Headers.ContentLength)
    {
        ETag = ContentHash.Plain(response.ETag), HasOpaqueTag = ContentHash.IsOpaque(response.ServerSideEncryptionMethod, response.ServerSideEncryptionCustomerMethod), VersionId = Version(response.VersionId), LastModified = Time(response.LastModified),
        StorageClass = response.StorageClass?.Value ?? "STANDARD", ContentType = response.Headers.ContentType, Metadata = Names(response.Metadata),
    };

    private static ObjectInfo Describe(string bucket, string key, GetObjectResponse response) => new(bucket, key, response.Headers.ContentLength)
    {
        ETag = ContentHash.Plain(response.ETag), HasOpaqueTag = ContentHash.IsOpaque(response.ServerSideEncryptionMethod, response.ServerSideEncryptionCustomerMethod), VersionId = Version(response.VersionId), LastModified = Time(response.LastModified),
        StorageClass = response.StorageClass?.Value ?? "STANDARD", ContentType = response.Headers.ContentType, Metadata = Names(response.Metadata),
    };

    private static string? Version(string? version) => string.IsNullOrEmpty(version) ? null : version;

    private static Dictionary<string, string> Names(MetadataCollection metadata) =>
        metadata.Keys.ToDictionary(name => name.Replace("x-amz-meta-", "", StringComparison.OrdinalIgnoreCase).ToLowerInvariant(), name => metadata[name], StringComparer.Ordinal);

    // Time-outs are the attempts' own: one for a whole upload cannot fit small and large.
    private static Task<IAmazonS3> ClientAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        StorageConnector.ConnectAsync(context, TimeSpan.FromHours(12), retries: 0, cancellationToken);
}
