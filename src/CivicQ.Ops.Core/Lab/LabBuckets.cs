using System.Globalization;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Makes the lab's buckets with versions and some objects, and removes them with all that is in them.</summary>
internal static class LabBuckets
{
    /// <summary>How many videos the bucket of media has.</summary>
    public const int Videos = 12;

    /// <summary>The file of the lab's own secret access key.</summary>
    public const string SecretKey = "storage-secret";

    /// <summary>The file of the environment's secret access key: the same key, which a drill may take away.</summary>
    public const string EnvironmentKey = "storage-key";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Removal = TimeSpan.FromMinutes(2);

    /// <summary>The environment's part.</summary>
    /// <param name="store">The lab's folder.</param>
    /// <param name="storage">The buckets.</param>
    /// <param name="key">The file of the secret access key.</param>
    public static StorageSettings Settings(LabStore store, LabStorage storage, string key = EnvironmentKey) => new()
    {
        Endpoint = storage.Endpoint, PathStyle = true, Buckets = [storage.Media, storage.Backups],
        AccessKey = new SecretReference(SecretScheme.File, store.SecretFile("storage-access")), SecretKey = new SecretReference(SecretScheme.File, store.SecretFile(key)),
    };

    /// <summary>The key of a video, from 1 to <see cref="Videos"/>.</summary>
    public static string Video(int number) => string.Create(CultureInfo.InvariantCulture, $"videos/{number}.mp4");

    /// <summary>Makes the buckets; one that is there already is another's, and an error.</summary>
    /// <exception cref="OperationException"><c>LabServerStartFailed</c>.</exception>
    public static async Task StartAsync(LabStore store, LabStorage storage, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        reporter.Verbose($"Storage: making the {storage.Address}.");
        try
        {
            using var objects = await OpenAsync(store, storage, reporter, cancellationToken).ConfigureAwait(false);
            foreach (var bucket in new[] { storage.Media, storage.Backups })
            {
                await MakeAsync(objects, bucket, cancellationToken).ConfigureAwait(false);
            }

            foreach (var number in Enumerable.Range(1, Videos))
            {
                var content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Video {number} of the lab. ") + new string('.', 1000 * number));
                await objects.PutAsync(storage.Media, Video(number), content, "video/mp4", null, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is OperationException or Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException or HttpRequestException or IOException)
        {
            var known = StorageConnector.Translate(error, storage.Endpoint.ToString());
            throw new OperationException(LabErrors.ServerStartFailed, $"The {storage.Address} could not be made: {known.Message}", nameof(LabServerKind.Storage), known);
        }
    }

    /// <summary>Removes the buckets with every version in them; says so where that does not succeed.</summary>
    public static async Task StopAsync(LabStore store, LabStorage storage, IOperationReporter reporter)
    {
        using var limit = new CancellationTokenSource(Removal);
        try
        {
            reporter.Verbose($"Storage: removing the {storage.Address}.");
            using var objects = await OpenAsync(store, storage, reporter, limit.Token).ConfigureAwait(false);
            foreach (var bucket in new[] { storage.Media, storage.Backups })
            {
                await RemoveAsync(objects, bucket, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is OperationException or OperationCanceledException)
        {
            reporter.Warning($"The lab's buckets may still be there ({storage.Address}): {error.Message}");
        }
    }

    /// <summary>Describes them as they are now.</summary>
    public static async Task<LabServer> DescribeAsync(LabStore store, LabState state, LabStorage storage, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var server = new LabServer { Name = LabServerKind.Storage, Status = LabServerStatus.Stopped, Detail = storage.Detail };
        if (!storage.IsStarted)
        {
            return server;
        }

        try
        {
            using var objects = await OpenAsync(store, storage, reporter, cancellationToken).ConfigureAwait(false);
            await foreach (var _ in objects.ListAsync(storage.Media, "videos/", cancellationToken).ConfigureAwait(false))
            {
                break;
            }

            return server with { Status = LabServerStatus.Running, StartedAt = state.StartedAt, Endpoint = storage.Endpoint.ToString(), Detail = $"S3: {storage.Address}" };
        }
        catch (OperationException error)
        {
            return server with { Detail = $"{storage.Address}: {error.Message}" };
        }
    }

    private static Task<ObjectStore> OpenAsync(LabStore store, LabStorage storage, IOperationReporter reporter, CancellationToken cancellationToken) => ObjectStore.ConnectAsync(
        new EnvironmentContext(new CivicQEnvironment { Name = LabEnvironment.Name, Source = "", Storage = Settings(store, storage, SecretKey) }, new SecretResolver(), reporter) { Timeout = Patience },
        new StorageRetry { Attempts = 3, Patience = Patience }, copyLimit: 5L << 30, cancellationToken);

    private static async Task MakeAsync(ObjectStore objects, string bucket, CancellationToken cancellationToken)
    {
        await objects.Retry.RunAsync(
            bucket,
            async attempt =>
            {
                try
                {
                    await objects.Client.PutBucketAsync(new PutBucketRequest { BucketName = bucket }, attempt.Token).ConfigureAwait(false);
                }
                catch (AmazonS3Exception error) when (attempt.Number > 1 && error.ErrorCode == "BucketAlreadyOwnedByYou")
                {
                    // The first attempt made it, and its answer was lost.
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
        var versions = new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } };
        await objects.Retry.RunAsync(bucket, attempt => objects.Client.PutBucketVersioningAsync(versions, attempt.Token), cancellationToken).ConfigureAwait(false);
    }

    private static async Task RemoveAsync(ObjectStore objects, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var upload in objects.ListUploadsAsync(bucket, null, cancellationToken).ConfigureAwait(false))
            {
                await objects.AbortUploadAsync(bucket, upload.Key, upload.UploadId, cancellationToken).ConfigureAwait(false);
            }

            while (true)
            {
                var page = await objects.Retry.RunAsync(
                    bucket, attempt => objects.Client.ListVersionsAsync(new ListVersionsRequest { BucketName = bucket }, attempt.Token), cancellationToken).ConfigureAwait(false);
                if (page.Versions is not { Count: > 0 } versions)
                {
                    break;
                }

                await Parallel.ForEachAsync(versions, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken }, async (version, token) =>
                    await objects.Retry.RunAsync(
                        bucket,
                        attempt => objects.Client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = version.Key, VersionId = version.VersionId }, attempt.Token),
                        token).ConfigureAwait(false)).ConfigureAwait(false);
            }

            await objects.Retry.RunAsync(bucket, attempt => objects.Client.DeleteBucketAsync(new DeleteBucketRequest { BucketName = bucket }, attempt.Token), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == StorageErrors.BucketNotFound)
        {
            // Never made, or removed before.
        }
    }
}
