using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Deletes many objects with one request, or one by one where the server does not take that.</summary>
internal static class ObjectDeletion
{
    private const int AtOnce = 8;

    /// <summary>Deletes up to a thousand objects.</summary>
    /// <exception cref="OperationException">The request, or one of them, was refused.</exception>
    public static async Task RunAsync(ObjectStore store, string bucket, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectsRequest { BucketName = bucket, Quiet = true, Objects = [.. keys.Select(key => new KeyVersion { Key = key })] };
        var errors = await store.Retry.RunAsync(bucket, attempt => AllAsync(store, request, attempt.Token), cancellationToken).ConfigureAwait(false);
        if (errors is null)
        {
            await EachAsync(store, bucket, keys, cancellationToken).ConfigureAwait(false);
        }
        else if (errors.Count > 0)
        {
            var target = ObjectStore.Target(bucket, errors[0].Key);
            throw new OperationException(
                StorageAnswer.Define(errors[0].Code, 0), $"{errors.Count} of {keys.Count} objects were not deleted; {target}: {errors[0].Code} {errors[0].Message}".TrimEnd(), target);
        }
    }

    private static async Task<List<DeleteError>?> AllAsync(ObjectStore store, DeleteObjectsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await store.Client.DeleteObjectsAsync(request, cancellationToken).ConfigureAwait(false)).DeleteErrors ?? [];
        }
        catch (DeleteObjectsException error)
        {
            return error.Response.DeleteErrors ?? [];
        }
        catch (AmazonS3Exception error) when (error.ErrorCode is "InvalidRequest" or "MissingContentMD5" or "InvalidDigest" or "NotImplemented")
        {
            // Such a request needs a checksum; some servers know only the kind that the library no longer sends.
            return null;
        }
    }

    private static Task EachAsync(ObjectStore store, string bucket, IReadOnlyCollection<string> keys, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        keys, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
        async (key, token) => await store.Retry.RunAsync(
            ObjectStore.Target(bucket, key), attempt => store.Client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key }, attempt.Token), token).ConfigureAwait(false));
}
