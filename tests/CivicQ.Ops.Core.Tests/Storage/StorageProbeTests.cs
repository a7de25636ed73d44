using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Storage;

public sealed class StorageProbeTests
{
    private static Task<IReadOnlyList<HealthResult>> CheckAsync(IHealthProbe probe, EnvironmentContext context) =>
        HealthRunner.CheckOneAsync(probe, context, ThresholdSet.For(context.Environment), CancellationToken.None);

    [SkippableFact]
    public async Task Objects_are_counted_over_pages_and_a_missing_bucket_is_named()
    {
        var lab = await S3Lab.GetAsync();
        var bucket = S3Lab.NewName();
        using (var client = await StorageConnector.ConnectAsync(StoreFixture.Context(lab.Endpoint), CancellationToken.None))
        {
            await client.PutBucketAsync(bucket);
            await Parallel.ForEachAsync(Enumerable.Range(0, 1050), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, token) =>
                await client.PutObjectAsync(
                    new Amazon.S3.Model.PutObjectRequest { BucketName = bucket, Key = $"videos/{i}", ContentBody = "0123456789", UseChunkEncoding = false }, token));
        }

        var size = Assert.Single(await CheckAsync(new StorageUsageProbe(), StoreFixture.Context(lab.Endpoint, buckets: bucket)));
        Assert.Equal((HealthStatus.Healthy, 10500d, $"{bucket}: 1,050 objects, 10.3 KiB."), (size.Status, size.Value!.Value, size.Detail));

        var access = await CheckAsync(new StorageHealthProbe(), StoreFixture.Context(lab.Endpoint, buckets: [bucket, "nowhere"]));
        Assert.Equal([null, "BucketNotFound"], access.Select(result => result.ErrorId));
    }

    [Fact]
    public async Task A_storage_that_is_down_says_so_without_its_keys()
    {
        var result = Assert.Single(await CheckAsync(new StorageHealthProbe(), StoreFixture.Context(new Uri("http://127.0.0.1:1/"), "MARKED", "media")));
        Assert.Equal((HealthStatus.Unhealthy, "StorageUnreachable"), (result.Status, result.ErrorId));
        Assert.DoesNotContain("MARKED", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_environment_without_buckets_is_not_green()
    {
        var context = TestContexts.Create(new CivicQEnvironment { Name = "t" });
        Assert.Equal(HealthStatus.NotConfigured, Assert.Single(await CheckAsync(new StorageHealthProbe(), context)).Status);
    }
}
