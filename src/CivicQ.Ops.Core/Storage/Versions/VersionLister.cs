using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>Lists what a bucket with versions has kept.</summary>
internal static class VersionLister
{
    private const int DeepestSplit = 8;

    /// <summary>The versions and delete markers of each key, newest first, key after key.</summary>
    /// <param name="store">The storage.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">What the keys begin with; <see langword="null"/> for all.</param>
    /// <param name="exact">True where the prefix is one key.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static IAsyncEnumerable<IReadOnlyList<ObjectVersion>> ListAsync(ObjectStore store, string bucket, string? prefix, bool exact, CancellationToken cancellationToken) =>
        ListAsync(store, bucket, prefix, exact, folder: null, cancellationToken);

    /// <summary>The same of many folders at once, in no order.</summary>
    /// <param name="store">The storage.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="workers">How many requests at once.</param>
    /// <param name="found">Told of a key's versions, one key at a time.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    public static async Task ListAsync(
        ObjectStore store, string bucket, string prefix, int workers, Action<IReadOnlyList<ObjectVersion>> found, CancellationToken cancellationToken)
    {
        var gate = new object();
        async Task OneAsync(string of, Action<string>? folder, CancellationToken token)
        {
            await foreach (var versions in ListAsync(store, bucket, of, exact: false, folder, token).ConfigureAwait(false))
            {
                lock (gate)
                {
                    found(versions);
                }
            }
        }

        // Down to where there are several: backups lie below one folder of their database.
        List<string> folders = [prefix];
        for (var level = 0; level < DeepestSplit && folders.Count == 1; level++)
        {
            var parent = folders[0];
            folders = [];
            await OneAsync(parent, folders.Add, cancellationToken).ConfigureAwait(false);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(folders.Distinct(StringComparer.Ordinal), options, async (folder, token) => await OneAsync(folder, folder: null, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    // With somebody to tell of folders only what lies directly in the prefix is listed.
    private static async IAsyncEnumerable<IReadOnlyList<ObjectVersion>> ListAsync(
        ObjectStore store, string bucket, string? prefix, bool exact, Action<string>? folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListVersionsRequest { BucketName = bucket, Prefix = prefix, Delimiter = folder is null ? null : "/" };
        var pending = new List<ObjectVersion>();
        while (true)
        {
            var page = await store.Retry.RunAsync(bucket, attempt => KnownAsync(bucket, store.Client.ListVersionsAsync(request, attempt.Token)), cancellationToken).ConfigureAwait(false);
            foreach (var inner in page.CommonPrefixes ?? [])
            {
                folder?.Invoke(inner);
            }

            // Some servers name all versions of a page before all its markers.
            pending.AddRange((page.Versions ?? []).Select(found => Describe(store.Context, bucket, found)));
            var groups = pending.GroupBy(version => version.Key, StringComparer.Ordinal).OrderBy(group => group.Key, KeyOrder.Instance).ToList();
            var more = page.IsTruncated == true && (page.NextKeyMarker != request.KeyMarker || NextVersion(page) != request.VersionIdMarker);
            pending = more && groups.Count > 0 ? [.. groups[^1]] : [];
            foreach (var group in more ? groups.SkipLast(1) : groups)
            {
                if (!exact || group.Key == prefix)
                {
                    yield return Order(group);
                }
            }

            if (!more || (exact && groups.Count > 1))
            {
                yield break;
            }

            (request.KeyMarker, request.VersionIdMarker) = (page.NextKeyMarker, NextVersion(page));
        }
    }

    /// <summary>Makes sure that the bucket keeps versions, also of what is written from now on.</summary>
    /// <exception cref="OperationException"><c>BucketNotVersioned</c>, or what hinders asking.</exception>
    public static async Task EnsureVersionedAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        var response = await store.Retry.RunAsync(
            bucket, attempt => KnownAsync(bucket, store.Client.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = bucket }, attempt.Token)), cancellationToken).ConfigureAwait(false);
        var status = response.VersioningConfig?.Status?.Value;
        if (status != "Enabled")
        {
            throw new OperationException(
                StorageErrors.BucketNotVersioned,
                status == "Suspended"
                    ? $"Versions of the bucket '{bucket}' are suspended: what is written now overwrites for good, so nothing is restored over it."
                    : $"The bucket '{bucket}' keeps no versions: what was overwritten or deleted in it is gone.",
                bucket);
        }
    }

    // R2, among others, has no versions at all.
    private static async Task<T> KnownAsync<T>(string bucket, Task<T> answer)
    {
        try
        {
            return await answer.ConfigureAwait(false);
        }
        catch (AmazonS3Exception error) when (error.ErrorCode == "NotImplemented" || error.StatusCode == HttpStatusCode.NotImplemented)
        {
            throw new OperationException(StorageErrors.BucketNotVersioned, $"The server of the bucket '{bucket}' has no versions: what was overwritten or deleted in it is gone.", bucket, error);
        }
    }

    /// <summary>The bucket that is meant.</summary>
    /// <exception cref="OperationException"><c>BucketNotNamed</c>.</exception>
    public static string Bucket(EnvironmentContext context, string? named) => named ?? (context.Environment.Storage?.Buckets is [var only]
        ? only
        : throw new OperationException(
            StorageErrors.BucketNotNamed, $"Environment '{context.Name}' has the buckets {string.Join(", ", context.Environment.Storage?.Buckets ?? [])}: which is meant?", context.Name));

    /// <summary>What readers got of a key at a moment.</summary>
    /// <param name="versions">Its versions, newest first.</param>
    /// <param name="moment">The moment.</param>
    /// <returns>The version or marker; <see langword="null"/> where there was none yet.</returns>
    public static ObjectVersion? At(IReadOnlyList<ObjectVersion> versions, DateTimeOffset moment) => versions.FirstOrDefault(version => version.LastModified <= moment);

    // Swift calls a key's newest version "null" here, whatever it is, and would leave out the others.
    private static string? NextVersion(ListVersionsResponse page) =>
        page.NextVersionIdMarker == "null" && page.Versions?.LastOrDefault(found => found.Key == page.NextKeyMarker) is { } last ? last.VersionId : page.NextVersionIdMarker;

    // Times may be whole seconds: what the server named first is newer, and what it calls the latest is.
    private static List<ObjectVersion> Order(IEnumerable<ObjectVersion> versions) =>
        [.. versions.OrderByDescending(version => version.IsLatest).ThenByDescending(version => version.LastModified)];

    private static ObjectVersion Describe(EnvironmentContext context, string bucket, S3ObjectVersion found) => new()
    {
        Environment = context.Name, Bucket = bucket, Key = found.Key, VersionId = found.VersionId ?? "null",
        IsLatest = found.IsLatest == true, IsDeleteMarker = found.IsDeleteMarker == true, LastModified = ObjectStore.Time(found.LastModified),
        SizeBytes = found.IsDeleteMarker == true ? 0 : found.Size ?? 0, ETag = ContentHash.Plain(found.ETag),
        StorageClass = found.IsDeleteMarker == true ? "" : found.StorageClass?.Value ?? "STANDARD",
    };
}
