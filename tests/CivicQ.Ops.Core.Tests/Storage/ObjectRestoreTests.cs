using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Core.Tests.Storage;

public sealed class ObjectRestoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Plans_name_what_must_be_done()
    {
        // Newest first: minutes after noon, '-' a marker, '+' content, 'g' content in the archive.
        foreach (var (history, minute, expected) in new (string, int, string)[]
        {
            ("3+ 1+", 2, "Restored 1"), ("3+ 1+", 4, "AlreadyThere 3"), ("3- 1+", 2, "Undeleted 1"), ("4- 3- 1+", 2, "Undeleted 1"), ("4+ 3- 1+", 2, "Restored 1"),
            ("3+", 2, "Newer"), ("3- 2- 1+", 2, "AlreadyThere"), ("4+ 2- 1+", 3, "Newer"), ("3- 1g", 2, "Undeleted 1"), ("3+ 1g", 2, "Restored 1"), ("3+ 2+ 2+ 1+", 2, "Restored 2"),
        })
        {
            var step = ObjectRestorePlanner.AsOf(History(history), Noon.AddMinutes(minute), removeNewer: false);
            Assert.Equal($"{history} @{minute}: {expected}", $"{history} @{minute}: {step.Outcome} {step.Version?.VersionId[..1]}".TrimEnd());
        }

        Assert.Equal(ObjectRestoreOutcome.Removed, ObjectRestorePlanner.AsOf(History("3+"), Noon.AddMinutes(2), removeNewer: true).Outcome);
        Assert.Contains("fetched from the archive class GLACIER first", ObjectRestorePlanner.AsOf(History("3+ 1g"), Noon.AddMinutes(2), removeNewer: false).Action, StringComparison.Ordinal);
        Assert.Equal(StorageErrors.NotRestorable, ObjectRestorePlanner.To(History("3+ 2- 1+"), "2-").Refusal);
        Assert.Equal(StorageErrors.ObjectNotFound, ObjectRestorePlanner.To(History("3- 2-"), null).Refusal);
        Assert.Equal(StorageErrors.ObjectNotFound, ObjectRestorePlanner.To(History("3+"), "nonsense").Refusal);
        Assert.Equal(ObjectRestoreOutcome.AlreadyThere, ObjectRestorePlanner.To(History("3+ 1+"), null).Outcome);
    }

    [SkippableFact]
    public async Task A_prefix_becomes_what_it_was_and_nothing_is_lost()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store, versions: true);
        Task PutAsync(string key, string text) => store.PutAsync(bucket, key, Encoding.UTF8.GetBytes(text), "text/plain", null, CancellationToken.None);
        await PutAsync("v/kept", "kept");
        await PutAsync("v/changed", "before");
        await PutAsync("v/deleted", "deleted");
        await PutAsync("w/elsewhere", "one");
        // The server's times are of whole seconds at worst.
        await Task.Delay(1500);
        var moment = (await VersionsAsync(store, bucket)).Max(version => version.LastModified).AddMilliseconds(700);
        await Task.Delay(1500);
        await PutAsync("v/changed", "after");
        await PutAsync("v/new", "new");
        await PutAsync("w/elsewhere", "two");
        await store.DeleteAsync(bucket, ["v/deleted"], CancellationToken.None);
        var before = (await VersionsAsync(store, bucket)).Where(version => !version.IsDeleteMarker).Select(version => version.VersionId).ToHashSet();

        using var restorer = await ObjectRestorer.OpenAsync(StoreFixture.Context(lab.Endpoint), bucket, CancellationToken.None);
        var steps = await restorer.PlanAsync("v/", moment, removeNewer: true, CancellationToken.None).ToListAsync();
        var results = new List<ObjectRestoreResult>();
        foreach (var step in steps)
        {
            results.Add(await restorer.RunAsync(step, CancellationToken.None));
        }

        Assert.Equal(["v/changed Restored", "v/deleted Undeleted", "v/new Removed"], results.Select(result => $"{result.Key} {result.Outcome}"));
        Assert.All(results, result => Assert.True(result.IsVerified));
        Assert.Equal(["before", "deleted", "kept", "two"], [
            await store.GetTextAsync(bucket, "v/changed", CancellationToken.None), await store.GetTextAsync(bucket, "v/deleted", CancellationToken.None),
            await store.GetTextAsync(bucket, "v/kept", CancellationToken.None), await store.GetTextAsync(bucket, "w/elsewhere", CancellationToken.None)]);
        Assert.Null(await store.HeadAsync(bucket, "v/new", null, CancellationToken.None));
        Assert.Superset(before, (await VersionsAsync(store, bucket)).Select(version => version.VersionId).ToHashSet());
        Assert.Empty(await restorer.PlanAsync("v/", moment, removeNewer: true, CancellationToken.None).ToListAsync());
    }

    [SkippableFact]
    public async Task Versions_go_over_pages_each_key_whole()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store, versions: true);
        await Parallel.ForEachAsync(Enumerable.Range(0, 360), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, token) =>
        {
            for (var n = 0; n < 3; n++)
            {
                await store.Client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = bucket, Key = $"k{i:D4}", ContentBody = new string('x', n + 1), UseChunkEncoding = false }, token);
            }
        });
        var groups = await VersionLister.ListAsync(store, bucket, null, exact: false, CancellationToken.None).ToListAsync();
        Assert.Equal(360, groups.Count);
        Assert.All(groups, group => Assert.Equal([3L, 2L, 1L], group.Select(version => version.SizeBytes)));
        Assert.All(groups, group => Assert.True(group[0].IsLatest && !group[1].IsLatest));
        Assert.Equal(3, Assert.Single(await VersionLister.ListAsync(store, bucket, "k0007", exact: true, CancellationToken.None).ToListAsync()).Count);
    }

    [SkippableFact]
    public async Task An_object_that_was_not_fetched_from_its_archive_is_told_so()
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint);
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store, versions: true);
        await store.PutAsync(bucket, "key", "before"u8.ToArray(), null, null, CancellationToken.None);
        await store.PutAsync(bucket, "key", "present"u8.ToArray(), null, null, CancellationToken.None);
        var old = (await VersionsAsync(store, bucket)).Single(version => !version.IsLatest);
        // S3's own answer where an object lies in the archive.
        proxy.Judge = line => line.StartsWith("PUT ", StringComparison.Ordinal) ? S3Fault.Answer(403, "InvalidObjectState") : null;
        using var restorer = await ObjectRestorer.OpenAsync(StoreFixture.Context(proxy.Endpoint), bucket, CancellationToken.None);
        var step = ObjectRestorePlanner.To(await VersionsAsync(store, bucket), old.VersionId);
        var error = await Assert.ThrowsAsync<OperationException>(() => restorer.RunAsync(step, CancellationToken.None));
        Assert.Equal(StorageErrors.ObjectArchived, error.Definition);
        Assert.Equal("present", await store.GetTextAsync(bucket, "key", CancellationToken.None));
    }

    [SkippableFact]
    public async Task A_large_copy_keeps_its_headers_and_leaves_other_uploads_of_the_key_alone()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint, copyLimit: 6 << 20);
        var bucket = await StoreFixture.BucketAsync(store, versions: true);
        var put = new PutObjectRequest { BucketName = bucket, Key = "video", InputStream = new MemoryStream(StoreFixture.Noise(13 << 20)), UseChunkEncoding = false };
        put.Headers.CacheControl = "max-age=60";
        put.Headers.ContentDisposition = "attachment";
        await store.Client.PutObjectAsync(put);
        var old = Assert.Single(await VersionsAsync(store, bucket));
        await store.PutAsync(bucket, "video", new byte[7], null, null, CancellationToken.None);
        // The application itself is writing it anew.
        var foreign = await store.Client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = "video" });
        var source = await store.HeadAsync(bucket, "video", old.VersionId, CancellationToken.None);
        var copied = await ObjectCopy.RunAsync(store, source!, bucket, "video", CancellationToken.None);
        Assert.Equal(13 << 20, copied.SizeBytes);
        var headers = (await store.Client.GetObjectMetadataAsync(bucket, "video")).Headers;
        Assert.Equal(("max-age=60", "attachment"), (headers.CacheControl, headers.ContentDisposition));
        Assert.Equal(foreign.UploadId, Assert.Single(await store.ListUploadsAsync(bucket, null, CancellationToken.None).ToListAsync()).UploadId);
    }

    [Fact]
    public void A_tag_of_an_object_with_a_key_of_KMS_is_no_digest()
    {
        Assert.True(ContentHash.IsOpaque(ServerSideEncryptionMethod.AWSKMS, null));
        Assert.True(ContentHash.IsOpaque(null, ServerSideEncryptionCustomerMethod.AES256));
        Assert.False(ContentHash.IsOpaque(ServerSideEncryptionMethod.AES256, ServerSideEncryptionCustomerMethod.None));
        Assert.False(ContentHash.IsOpaque(null, null));
    }

    [SkippableFact]
    public async Task A_server_without_versions_is_told_and_counted_all_the_same()
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint);
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        await store.PutAsync(bucket, "key", new byte[9], null, null, CancellationToken.None);
        proxy.Judge = line => line.Contains("version", StringComparison.Ordinal) ? S3Fault.Answer(501, "NotImplemented") : null;
        var error = await Assert.ThrowsAsync<OperationException>(() => ObjectRestorer.OpenAsync(StoreFixture.Context(proxy.Endpoint), bucket, CancellationToken.None));
        Assert.Equal(StorageErrors.BucketNotVersioned, error.Definition);
        var usage = Assert.Single(await Core.Storage.Usage.StorageUsageReader.ReadAsync(
            StoreFixture.Context(proxy.Endpoint), new() { Buckets = [bucket], IncludeVersions = true }, failure => throw failure, CancellationToken.None).ToListAsync());
        Assert.Equal((1L, 9L, (long?)null, (long?)null), (usage.Objects, usage.TotalBytes, usage.NoncurrentVersions, usage.DeleteMarkers));
    }

    [SkippableFact]
    public async Task A_bucket_without_versions_is_refused()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        var error = await Assert.ThrowsAsync<OperationException>(() => ObjectRestorer.OpenAsync(StoreFixture.Context(lab.Endpoint), bucket, CancellationToken.None));
        Assert.Equal("BucketNotVersioned", error.Definition.Id);
        var several = await Assert.ThrowsAsync<OperationException>(() => ObjectRestorer.OpenAsync(StoreFixture.Context(lab.Endpoint, buckets: ["a", "b"]), null, CancellationToken.None));
        Assert.Equal("BucketNotNamed", several.Definition.Id);
    }

    private static async Task<List<ObjectVersion>> VersionsAsync(ObjectStore store, string bucket) =>
        [.. (await VersionLister.ListAsync(store, bucket, null, exact: false, CancellationToken.None).ToListAsync()).SelectMany(group => group)];

    private static List<ObjectVersion> History(string text) => [.. text.Split(' ').Select((one, i) => new ObjectVersion
    {
        Environment = "t", Bucket = "b", Key = "k", VersionId = one, IsLatest = i == 0, IsDeleteMarker = one[1] == '-', LastModified = Noon.AddMinutes(one[0] - '0'),
        SizeBytes = 1, ETag = $"{i}", StorageClass = one[1] == 'g' ? "GLACIER" : "STANDARD",
    })];
}
