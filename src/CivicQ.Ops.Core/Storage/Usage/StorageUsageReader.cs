using System.Runtime.CompilerServices;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>Adds up what buckets hold: every object is listed, none is kept.</summary>
public static class StorageUsageReader
{
    private const int UploadsAtOnce = 8;

    /// <summary>One object a bucket, or a folder in it.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="query">What to add up.</param>
    /// <param name="failed">Told of a bucket that could not be listed; the others go on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The sums, largest first within a bucket.</returns>
    public static async IAsyncEnumerable<StorageUsage> ReadAsync(
        EnvironmentContext context, StorageUsageQuery query, Action<OperationException> failed, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buckets = StorageScope.Buckets(context, query.Buckets);
        using var store = await ObjectStore.ConnectAsync(context, cancellationToken).ConfigureAwait(false);
        foreach (var bucket in buckets)
        {
            IReadOnlyList<StorageUsage> found;
            try
            {
                found = await BucketAsync(store, bucket, query, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error)
            {
                failed(error);
                continue;
            }

            foreach (var usage in found)
            {
                yield return usage;
            }
        }
    }

    /// <summary>The folder that a key is counted under.</summary>
    internal static string Folder(string key, string prefix, int depth)
    {
        if (depth == 0)
        {
            return prefix;
        }

        var end = prefix.Length;
        for (var level = 0; level < depth; level++)
        {
            var slash = key.IndexOf('/', end);
            if (slash < 0)
            {
                break;
            }

            end = slash + 1;
        }

        return key[..end];
    }

    private static async Task<IReadOnlyList<StorageUsage>> BucketAsync(ObjectStore store, string bucket, StorageUsageQuery query, CancellationToken cancellationToken)
    {
        var tallies = new Dictionary<string, UsageTally>(StringComparer.Ordinal);
        var now = DateTimeOffset.UtcNow;
        var objects = 0L;
        UsageTally Tally(string key)
        {
            var folder = Folder(key, query.Prefix, query.Depth);
            return tallies.TryGetValue(folder, out var tally) ? tally : tallies[folder] = new UsageTally();
        }

        void Count(IReadOnlyList<S3Object> page)
        {
            foreach (var found in page)
            {
                Tally(found.Key).Add(found.Size ?? 0, found.StorageClass?.Value ?? "STANDARD", ObjectStore.Time(found.LastModified), now);
            }

            objects += page.Count;
            store.Context.Reporter.Progress(new ProgressReport($"Listing {bucket}", $"{Measure.Format(objects, MeasureUnit.Count)} objects", null));
        }

        try
        {
            using var lister = new ParallelLister(store, bucket, query.Prefix, query.Parallel, Count);
            await lister.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (KeyOrderException)
        {
            store.Context.Reporter.Verbose($"{bucket} is not listed in the order of its keys: one request after the other.");
            tallies.Clear();
            await foreach (var found in store.ListAsync(bucket, query.Prefix, cancellationToken).ConfigureAwait(false))
            {
                Tally(found.Key).Add(found.SizeBytes, found.StorageClass, found.LastModified, now);
            }
        }

        var uploads = await UploadsAsync(store, bucket, query.Prefix, Tally, cancellationToken).ConfigureAwait(false);
        var versions = query.IncludeVersions && await VersionsAsync(store, bucket, query, Tally, cancellationToken).ConfigureAwait(false);
        store.Context.Reporter.Progress(new ProgressReport($"Listing {bucket}", "Done", 1, Completed: true));
        if (tallies.Count == 0)
        {
            tallies[query.Prefix] = new UsageTally();
        }

        return [.. tallies.Select(one => one.Value.Result(store.Context.Name, bucket, one.Key, uploads, versions))
            .OrderByDescending(usage => usage.TotalBytes).ThenBy(usage => usage.Prefix, StringComparer.Ordinal)];
    }

    private static async Task<bool> VersionsAsync(ObjectStore store, string bucket, StorageUsageQuery query, Func<string, UsageTally> tally, CancellationToken cancellationToken)
    {
        try
        {
            await VersionLister.ListAsync(
                store, bucket, query.Prefix, query.Parallel,
                versions =>
                {
                    foreach (var version in versions.Where(version => version.IsDeleteMarker || !version.IsLatest))
                    {
                        tally(version.Key).AddVersion(version.SizeBytes, version.IsDeleteMarker);
                    }
                },
                cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationException error) when (error.Definition == StorageErrors.BucketNotVersioned)
        {
            store.Context.Reporter.Verbose(error.Message);
            return false;
        }
    }

    private static async Task<bool> UploadsAsync(ObjectStore store, string bucket, string prefix, Func<string, UsageTally> tally, CancellationToken cancellationToken)
    {
        try
        {
            var gate = new object();
            var options = new ParallelOptions { MaxDegreeOfParallelism = UploadsAtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(store.ListUploadsAsync(bucket, prefix, cancellationToken), options, async (upload, token) =>
            {
                var bytes = await PartBytesAsync(store, upload, token).ConfigureAwait(false);
                lock (gate)
                {
                    tally(upload.Key).AddUpload(bytes);
                }
            }).ConfigureAwait(false);
            return true;
        }
        catch (OperationException error) when (error.Definition == StorageErrors.AccessDenied || error.Definition == StorageErrors.RequestFailed)
        {
            // A right of its own (s3:ListBucketMultipartUploads), and not every server has it.
            store.Context.Reporter.Verbose($"Incomplete uploads of {bucket} are not known: {error.Message}");
            return false;
        }
    }

    private static async Task<long> PartBytesAsync(ObjectStore store, ObjectUpload upload, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        var request = new ListPartsRequest { BucketName = upload.Bucket, Key = upload.Key, UploadId = upload.UploadId };
        while (true)
        {
            ListPartsResponse page;
            try
            {
                page = await store.Retry.RunAsync(
                    ObjectStore.Target(upload.Bucket, upload.Key), attempt => store.Client.ListPartsAsync(request, attempt.Token), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (error.Definition == StorageErrors.ObjectNotFound)
            {
                // Completed or aborted meanwhile.
                return bytes;
            }

            bytes += (page.Parts ?? []).Sum(part => part.Size ?? 0);
            if (page.IsTruncated != true)
            {
                return bytes;
            }

            request.PartNumberMarker = page.NextPartNumberMarker?.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
