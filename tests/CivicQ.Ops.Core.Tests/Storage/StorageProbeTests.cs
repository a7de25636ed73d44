using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Storage;

public sealed class StorageProbeTests(MotoServer server) : IClassFixture<MotoServer>
{
    private static EnvironmentContext Context(Uri endpoint, params string[] buckets) => TestContexts.Create(
        new CivicQEnvironment
        {
            Name = "t", TimeoutSeconds = 20,
            Storage = new StorageSettings
            {
                Endpoint = endpoint, PathStyle = true, Buckets = buckets,
                AccessKey = new SecretReference(SecretScheme.Variable, "access"), SecretKey = new SecretReference(SecretScheme.Variable, "secret"),
            },
        },
        ("access", "key"), ("secret", "MARKED"));

    private static Task<IReadOnlyList<HealthResult>> CheckAsync(IHealthProbe probe, EnvironmentContext context) =>
        HealthRunner.CheckOneAsync(probe, context, ThresholdSet.For(context.Environment), CancellationToken.None);

    [SkippableFact]
    public async Task Objects_are_counted_over_pages_and_a_missing_bucket_is_named()
    {
        Skip.IfNot(server.IsInstalled, "moto_server is not installed.");
        var context = Context(server.Endpoint, "media");
        using (var client = await StorageConnector.ConnectAsync(context, CancellationToken.None))
        {
            await client.PutBucketAsync("media");
            for (var i = 0; i < 1050; i++)
            {
                await client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = "media", Key = $"videos/{i}", ContentBody = "0123456789" });
            }
        }

        var size = Assert.Single(await CheckAsync(new StorageUsageProbe(), context));
        Assert.Equal((HealthStatus.Healthy, 10500d, "media: 1,050 objects, 10.3 KiB."), (size.Status, size.Value!.Value, size.Detail));

        var access = await CheckAsync(new StorageHealthProbe(), Context(server.Endpoint, "media", "nowhere"));
        Assert.Equal([null, "BucketNotFound"], access.Select(result => result.ErrorId));
    }

    [Fact]
    public async Task A_storage_that_is_down_says_so_without_its_keys()
    {
        var result = Assert.Single(await CheckAsync(new StorageHealthProbe(), Context(new Uri("http://127.0.0.1:1/"), "media")));
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
