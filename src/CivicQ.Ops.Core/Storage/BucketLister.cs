using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Adds up what buckets hold.</summary>
internal static class BucketLister
{
    /// <summary>Lists a bucket, a thousand objects at a time, as long as there is time.</summary>
    /// <param name="client">The client.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="pages">How many pages at most.</param>
    /// <param name="enough">When this is cancelled, what has been counted is the result, from the first page on.</param>
    /// <param name="cancellationToken">Ends the listing without a result.</param>
    public static async Task<BucketUsage> MeasureAsync(IAmazonS3 client, string bucket, int pages, CancellationToken enough, CancellationToken cancellationToken)
    {
        var usage = new BucketUsage(bucket, 0, 0, Complete: false);
        var request = new ListObjectsV2Request { BucketName = bucket };
        for (var page = 0; page < pages; page++)
        {
            ListObjectsV2Response response;
            try
            {
                response = await client.ListObjectsV2Async(request, page == 0 ? cancellationToken : enough).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (page > 0 && enough.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return usage;
            }
            catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
            {
                throw StorageConnector.Translate(error, bucket);
            }

            var objects = response.S3Objects ?? [];
            usage = usage with { Objects = usage.Objects + objects.Count, TotalBytes = usage.TotalBytes + objects.Sum(found => found.Size ?? 0) };
            if (response.IsTruncated != true)
            {
                return usage with { Complete = true };
            }

            request.ContinuationToken = response.NextContinuationToken;
        }

        return usage;
    }
}
