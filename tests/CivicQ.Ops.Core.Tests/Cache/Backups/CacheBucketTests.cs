using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Storage;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Cache.Backups;

/// <summary>Backups of Redis that are in a bucket and nowhere else.</summary>
public sealed class CacheBucketTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_backup_in_a_bucket_is_tested_and_restored_by_name_and_by_address(bool byAddress)
    {
        var lab = await S3Lab.GetAsync();
        await using var server = await CacheServer.StartAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        var context = Context(server, lab.Endpoint, bucket);
        await server.FillAsync();
        var (digest, keys) = (await server.DigestAsync(), await server.SizeAsync() + await server.SizeAsync(3));
        var made = await new CacheBackup(context, new CacheBackupOptions()).RunAsync(CancellationToken.None);
        Assert.StartsWith($"s3://{bucket}/cache/redis/", made.Path, StringComparison.Ordinal);
        Assert.Empty(server.Files);
        var test = await TestAsync(context);
        Assert.Equal((true, (int?)keys, true), (test.Passed, test.Entries, test.ContentOk));

        await server.SendAsync(["FLUSHALL"]);
        await RestoreAsync(context, byAddress ? made.Path! : made.Name);
        Assert.Equal(digest, await server.DigestAsync());
    }

    [SkippableFact]
    public async Task A_damaged_one_in_a_bucket_is_found_and_nothing_is_restored()
    {
        var lab = await S3Lab.GetAsync();
        await using var server = await CacheServer.StartAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        var context = Context(server, lab.Endpoint, bucket);
        await server.FillAsync();
        var made = await new CacheBackup(context, new CacheBackupOptions()).RunAsync(CancellationToken.None);
        var key = made.Path![$"s3://{bucket}/".Length..] + made.Name + ".rdb";
        var bytes = await StoreFixture.ReadAsync(store, bucket, key);
        bytes[bytes.Length / 2] ^= 1;
        await store.PutAsync(bucket, key, bytes, null, null, CancellationToken.None);
        var test = await TestAsync(context);
        Assert.Equal((false, false, (int?)null), (test.Passed, test.ChecksumOk, test.Entries));
        await server.SendAsync(["FLUSHALL"], ["SET", "mine", "1"]);
        var error = await Assert.ThrowsAsync<OperationException>(() => RestoreAsync(context, made.Name));
        Assert.Contains(error.Definition, new[] { BackupErrors.Damaged, CacheBackupErrors.Unreadable, CacheBackupErrors.NotReadable });
        Assert.Equal(1, await server.SizeAsync());
    }

    private static async Task<BackupTestResult> TestAsync(EnvironmentContext context)
    {
        await foreach (var result in BackupExaminer.TestAsync(context, new BackupQuery { Kind = BackupKind.Cache, Latest = true }, error => throw error, CancellationToken.None))
        {
            return result;
        }

        throw new InvalidOperationException("There is no backup.");
    }

    private static async Task RestoreAsync(EnvironmentContext context, string path)
    {
        await using var finder = new CacheBackupFinder(context);
        var source = await finder.FindAsync(path, CancellationToken.None);
        var plan = await new CacheRestorePlanner(context).PlanAsync(source, new CacheRestoreOptions(), CancellationToken.None);
        await new CacheRestorer(context, source, plan).RunAsync(new CacheBackupOptions(), CancellationToken.None);
    }

    private static EnvironmentContext Context(CacheServer server, Uri endpoint, string bucket) => TestContexts.Create(
        server.Context.Environment with
        {
            Backups = new BackupSettings { Bucket = bucket, Prefix = "cache/" },
            Storage = new StorageSettings
            {
                Endpoint = endpoint, PathStyle = true, Buckets = [bucket],
                AccessKey = new SecretReference(SecretScheme.Variable, "access"), SecretKey = new SecretReference(SecretScheme.Variable, "secret"),
            },
        },
        ("redis", server.Redis.Password), ("access", S3Lab.AccessKey), ("secret", S3Lab.SecretKey));
}
