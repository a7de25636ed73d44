using System.Text;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Tests.Storage;

public sealed class ObjectStoreTests
{
    private static readonly Dictionary<string, string> Metadata = new() { ["Sha256"] = "abc" };

    [SkippableFact]
    public async Task An_object_comes_back_as_it_was_put()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        var put = await store.PutAsync(bucket, "a folder/ä+b&c.txt", Encoding.UTF8.GetBytes("héllo"), "text/plain", Metadata, CancellationToken.None);
        Assert.Equal((6L, "text/plain", "abc"), (put.SizeBytes, put.ContentType, put.Metadata["sha256"]));
        Assert.True(put.LastModified > DateTimeOffset.UtcNow.AddHours(-1) && put.LastModified.Offset == TimeSpan.Zero);
        Assert.Equal("héllo", await store.GetTextAsync(bucket, "a folder/ä+b&c.txt", CancellationToken.None));
        var listed = Assert.Single(await store.ListAsync(bucket, "a folder/", CancellationToken.None).ToListAsync());
        Assert.Equal(("a folder/ä+b&c.txt", 6L, put.ETag, "STANDARD"), (listed.Key, listed.SizeBytes, listed.ETag, listed.StorageClass));
        await store.DeleteAsync(bucket, [listed.Key, "never there"], CancellationToken.None);
        Assert.Null(await store.HeadAsync(bucket, listed.Key, null, CancellationToken.None));
        Assert.Empty(await store.ListAsync(bucket, null, CancellationToken.None).ToListAsync());
    }

    [SkippableFact]
    public async Task An_empty_object_is_one()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        await using (var upload = store.BeginUpload(bucket, "nothing", null, null))
        {
            Assert.Equal(0, (await upload.CompleteAsync(CancellationToken.None)).SizeBytes);
        }

        Assert.Empty(await StoreFixture.ReadAsync(store, bucket, "nothing"));
    }

    [SkippableFact]
    public async Task What_is_not_there_is_told_apart()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        Assert.Null(await store.HeadAsync(bucket, "no", null, CancellationToken.None));
        var missing = await Assert.ThrowsAsync<OperationException>(() => store.OpenReadAsync(bucket, "no", null, CancellationToken.None));
        Assert.Equal(("StorageObjectNotFound", $"{bucket}/no"), (missing.Definition.Id, missing.Target));
        foreach (var nowhere in new Func<Task>[]
        {
            () => store.HeadAsync("nowhere", "no", null, CancellationToken.None),
            () => store.ListAsync("nowhere", null, CancellationToken.None).ToListAsync(),
            () => store.PutAsync("nowhere", "no", new byte[1], null, null, CancellationToken.None),
        })
        {
            Assert.Equal("BucketNotFound", (await Assert.ThrowsAsync<OperationException>(nowhere)).Definition.Id);
        }
    }

    [SkippableFact]
    public async Task Listing_and_deleting_goes_over_pages()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store);
        var keys = Enumerable.Range(0, 1030).Select(number => $"o/{number:D5}").ToList();
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (key, token) =>
            await store.Client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = bucket, Key = key, ContentBody = "x", UseChunkEncoding = false }, token));
        Assert.Equal(keys, (await store.ListAsync(bucket, "o/", CancellationToken.None).ToListAsync()).Select(found => found.Key));
        await store.DeleteAsync(bucket, keys.Skip(1), CancellationToken.None);
        Assert.Equal(keys[0], Assert.Single(await store.ListAsync(bucket, null, CancellationToken.None).ToListAsync()).Key);
    }

    [SkippableTheory]
    [InlineData(5L << 30)]
    [InlineData(6L << 20)]
    public async Task A_copy_in_one_or_in_parts_keeps_bytes_type_and_metadata(long limit)
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint, copyLimit: limit);
        var bucket = await StoreFixture.BucketAsync(store);
        var content = StoreFixture.Noise((11 << 20) + 7);
        var source = await store.PutAsync(bucket, "from/ä b", content, "video/mp4", Metadata, CancellationToken.None);
        var copy = await store.CopyAsync(source, bucket, "to/ä b", CancellationToken.None);
        Assert.Equal((content.LongLength, "video/mp4", "abc"), (copy.SizeBytes, copy.ContentType, copy.Metadata["sha256"]));
        Assert.Equal(limit < content.Length, copy.ETag.Contains('-', StringComparison.Ordinal));
        await StoreFixture.HoldsAsync(content, store, bucket, "to/ä b");
        Assert.Empty(await store.ListUploadsAsync(bucket, null, CancellationToken.None).ToListAsync());
    }

    [SkippableFact]
    public async Task An_older_version_can_be_read_and_copied_over_the_newest()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store, versions: true);
        var first = await store.PutAsync(bucket, "k", Encoding.UTF8.GetBytes("one"), null, null, CancellationToken.None);
        var second = await store.PutAsync(bucket, "k", Encoding.UTF8.GetBytes("two"), null, null, CancellationToken.None);
        Assert.NotEqual(first.VersionId, second.VersionId);
        Assert.Equal("one", Encoding.UTF8.GetString(await StoreFixture.ReadAsync(store, bucket, "k", first.VersionId)));
        await store.CopyAsync(first, bucket, "k", CancellationToken.None);
        Assert.Equal("one", await store.GetTextAsync(bucket, "k", CancellationToken.None));
        await store.DeleteAsync(bucket, ["k"], CancellationToken.None);
        Assert.Null(await store.HeadAsync(bucket, "k", null, CancellationToken.None));
        Assert.Equal("two", Encoding.UTF8.GetString(await StoreFixture.ReadAsync(store, bucket, "k", second.VersionId)));
    }

    [SkippableFact]
    public async Task A_wrong_secret_is_said_without_it()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await ObjectStore.ConnectAsync(StoreFixture.Context(lab.Endpoint, "MARKED"), CancellationToken.None);
        var error = await Assert.ThrowsAsync<OperationException>(() => store.GetTextAsync("any", "any", CancellationToken.None));
        Assert.Equal("StorageAccessDenied", error.Definition.Id);
        Assert.DoesNotContain("MARKED", error.ToString(), StringComparison.Ordinal);
    }
}
