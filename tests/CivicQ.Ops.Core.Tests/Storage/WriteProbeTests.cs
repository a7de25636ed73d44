using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Tests.Storage;

/// <summary>Buckets of backups are often locked: whether they can be written does not depend on whether anything can be deleted.</summary>
public sealed class WriteProbeTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_leaves_nothing_where_it_may_delete(bool versions)
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store, versions);
        Assert.Null(await WriteProbe.RunAsync(store, bucket, "p/", CancellationToken.None));
        Assert.Empty((await store.Client.ListVersionsAsync(bucket)).Versions ?? []);
    }

    [SkippableFact]
    public async Task Where_no_version_may_be_deleted_the_key_is()
    {
        var lab = await S3Lab.GetAsync();
        using var direct = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(direct, versions: true);
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = line => IsDelete(line) && line.Contains("versionId=", StringComparison.Ordinal) ? S3Fault.Answer(403, "AccessDenied") : null };
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        var said = await WriteProbe.RunAsync(store, bucket, "p/", CancellationToken.None);
        Assert.StartsWith("p/.civicq-test was deleted, but its version ", said, StringComparison.Ordinal);
        Assert.Contains("AccessDenied", said, StringComparison.Ordinal);
        Assert.Null(await direct.HeadAsync(bucket, "p/.civicq-test", null, CancellationToken.None));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bucket_that_lets_nothing_be_deleted_passes_and_keeps_one_key(bool versions)
    {
        var lab = await S3Lab.GetAsync();
        using var direct = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(direct, versions);
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = line => IsDelete(line) ? S3Fault.Answer(403, "AccessDenied") : null };
        var context = StoreFixture.Context(proxy.Endpoint);
        context = context with { Environment = context.Environment with { LocalHost = false, Backups = new BackupSettings { Bucket = bucket, Prefix = "p/" } } };
        for (var run = 0; run < 2; run++)
        {
            var results = new List<EnvironmentTestResult>();
            await foreach (var result in EnvironmentTest.RunAsync(context, CancellationToken.None))
            {
                results.Add(result);
            }

            var write = Assert.Single(results, result => result is { Component: "Backups", Check: "Write" });
            Assert.True(write.Passed, write.Detail);
            Assert.StartsWith("The bucket can be written. p/.civicq-test could not be removed again: ", write.Detail, StringComparison.Ordinal);
            Assert.Contains("AccessDenied", write.Detail, StringComparison.Ordinal);
        }

        Assert.Equal("p/.civicq-test", Assert.Single((await direct.Client.ListObjectsV2Async(new Amazon.S3.Model.ListObjectsV2Request { BucketName = bucket })).S3Objects).Key);
    }

    [SkippableFact]
    public async Task A_refused_write_is_one()
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = line => line.StartsWith("PUT ", StringComparison.Ordinal) ? S3Fault.Answer(403, "AccessDenied") : null };
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        var error = await Assert.ThrowsAsync<OperationException>(() => WriteProbe.RunAsync(store, "bucket", "", CancellationToken.None));
        Assert.Equal("StorageAccessDenied", error.Definition.Id);
    }

    private static bool IsDelete(string line) => line.StartsWith("DELETE ", StringComparison.Ordinal);
}
