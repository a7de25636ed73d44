using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Database;
using CivicQ.Ops.Core.Tests.Storage;

namespace CivicQ.Ops.Core.Tests.Backups.Stores;

/// <summary>What is swept from a bucket, what another run may still need, and what can be read of one whose objects lie in an archive.</summary>
[Collection(BackupCollection.Name)]
public sealed class BucketSweepTests(BackupFixture fixture)
{
    [SkippableTheory]
    [InlineData("civicq/logical", 0)]
    [InlineData("redis/cache", 2)]
    public async Task What_another_backup_of_a_redis_may_be_writing_stays(string series, int left)
    {
        var lab = await S3Lab.GetAsync();
        var objects = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(objects);
        await using var store = new BucketStore(objects, bucket, "");
        var source = series.Split('/')[0];
        await objects.PutAsync(bucket, $"{series}/{source}-20260101T000000Z/data", new byte[10], null, null, CancellationToken.None);
        await objects.Client.InitiateMultipartUploadAsync(bucket, $"{series}/{source}-20260102T000000Z/data");
        Assert.Equal(2 - left, await store.SweepAsync(series, CancellationToken.None));
        Assert.Equal(left, (await objects.ListAsync(bucket, null, CancellationToken.None).ToListAsync()).Count + (await objects.ListUploadsAsync(bucket, null, CancellationToken.None).ToListAsync()).Count);
    }

    [SkippableFact]
    public async Task Data_that_was_swept_away_since_it_was_read_back_is_not_published()
    {
        var lab = await S3Lab.GetAsync();
        using var objects = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(objects);
        await using (var upload = new BucketUpload(objects, bucket, "redis/cache/redis-20260101T000000Z/", "data", 0))
        {
            await upload.WriteAsync(new byte[100], CancellationToken.None);
            await (await upload.ReadBackAsync(CancellationToken.None)).DisposeAsync();
            await objects.DeleteAsync(bucket, ["redis/cache/redis-20260101T000000Z/data"], CancellationToken.None);
            var error = await Assert.ThrowsAsync<OperationException>(() => upload.PublishAsync("{}"u8.ToArray(), "x"u8.ToArray(), CancellationToken.None));
            Assert.Equal(BackupErrors.NotVerified, error.Definition);
        }

        Assert.Empty(await objects.ListAsync(bucket, null, CancellationToken.None).ToListAsync());
    }

    [SkippableFact]
    public async Task One_backup_in_an_archive_class_keeps_no_other_from_being_read()
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint);
        using var objects = await StoreFixture.ConnectAsync(proxy.Endpoint);
        var bucket = await StoreFixture.BucketAsync(objects);
        var database = await fixture.MakeAsync();
        var plain = fixture.Context(database, null);
        var context = Support.TestContexts.Create(
            plain.Environment with
            {
                Database = plain.Environment.Database! with { Password = new Core.Environments.SecretReference(Core.Environments.SecretScheme.Variable, "password") },
                Storage = StoreFixture.Context(proxy.Endpoint).Environment.Storage, Backups = new Core.Environments.BackupSettings { Bucket = bucket },
            },
            ("access", S3Lab.AccessKey), ("secret", S3Lab.SecretKey), ("password", fixture.Server.Password));
        var first = await BackupFixture.BackupAsync(context);
        await Task.Delay(1100);
        var second = await BackupFixture.BackupAsync(context);

        async Task<Dictionary<string, BackupTestResult>> TestAsync() =>
            (await DatabaseFixture.ListAsync(BackupExaminer.TestAsync(context, new BackupQuery(), error => throw error, CancellationToken.None))).ToDictionary(one => one.Name);

        foreach (var file in new[] { first.Manifest.FileName, ManifestText.ManifestFile })
        {
            // A lifecycle rule moved the first one's file: S3's own answer to whoever reads it.
            proxy.Judge = line => line.StartsWith("GET ", StringComparison.Ordinal) && line.Contains($"{first.Name}/{file}", StringComparison.Ordinal) ? S3Fault.Answer(403, "InvalidObjectState") : null;
            var tests = await TestAsync();
            Assert.Equal((false, true), (tests[first.Name].Passed, tests[second.Name].Passed));
            Assert.NotEqual("", tests[first.Name].Reason);
        }

        // And the next one is made all the same.
        await BackupFixture.BackupAsync(context);
    }
}
