using Amazon.S3.Model;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Storage.Usage;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Core.Tests.Storage;

public sealed class StorageUsageTests
{
    public static TheoryData<string> Shapes => ["flat numbers", "folders", "one deep folder", "random", "beyond ASCII", "few"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_key_is_counted_once_however_they_are_distributed(string shape)
    {
        var keys = Keys(shape);
        await using var server = new ListingServer(keys);
        using var store = await StoreFixture.ConnectAsync(server.Endpoint);
        var found = new List<string>();
        using var lister = new ParallelLister(store, "bucket", "", 16, page => found.AddRange(page.Select(one => one.Key)));
        await lister.RunAsync(CancellationToken.None);
        Assert.Equal(keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_server_that_does_not_begin_where_it_is_asked_to_is_counted_right_all_the_same()
    {
        var keys = Keys("flat numbers");
        await using var server = new ListingServer(keys) { IgnoresStart = true };
        var usage = Assert.Single(await ReadAsync(server.Endpoint, new StorageUsageQuery { Buckets = ["bucket"] }));
        Assert.Equal((keys.Count, keys.Sum(ListingServer.SizeOf)), (usage.Objects, usage.TotalBytes));
    }

    [Fact]
    public async Task Rows_of_folders_add_up()
    {
        var keys = Keys("folders");
        await using var server = new ListingServer([.. keys, "top.txt"]);
        var rows = await ReadAsync(server.Endpoint, new StorageUsageQuery { Buckets = ["bucket"], Depth = 1 });
        Assert.Equal(keys.Select(key => key.Split('/')[0] + "/").Append("").Distinct().Order(StringComparer.Ordinal), rows.Select(row => row.Prefix).Order(StringComparer.Ordinal));
        Assert.Equal(keys.Count + 1, rows.Sum(row => row.Objects));
        Assert.All(rows, row => Assert.Equal(row.Objects, row.Ages.Sum(age => age.Objects)));
        var one = Assert.Single(await ReadAsync(server.Endpoint, new StorageUsageQuery { Buckets = ["bucket"], Prefix = "f03/" }));
        Assert.Equal(("f03/", (long)keys.Count(key => key.StartsWith("f03/", StringComparison.Ordinal))), (one.Prefix, one.Objects));
    }

    [Theory]
    [InlineData("a/b/c.txt", "", 0, "")]
    [InlineData("a/b/c.txt", "", 1, "a/")]
    [InlineData("a/b/c.txt", "", 2, "a/b/")]
    [InlineData("a/b/c.txt", "", 9, "a/b/")]
    [InlineData("a/b/c.txt", "a/", 1, "a/b/")]
    [InlineData("c.txt", "", 1, "")]
    [InlineData("a/bc", "a/b", 1, "a/b")]
    public void A_key_counts_under_its_folder(string key, string prefix, int depth, string folder) => Assert.Equal(folder, StorageUsageReader.Folder(key, prefix, depth));

    [Fact]
    public void Keys_in_between_ascend_and_stay_in_between()
    {
        foreach (var (after, until) in new[] { ("", null), ("a", "b"), ("videos/2026/0001.mp4", "videos/2026/9999.mp4"), ("a", "a!"), ("ä1", "ä9"), ("x", "x"), ("\U0001F600a", "\U0001F601a") })
        {
            var before = after;
            foreach (var key in KeyMidpoint.Between(after, until, 7))
            {
                Assert.True(KeyOrder.Instance.Compare(before, key) < 0 && (until is null || KeyOrder.Instance.Compare(key, until) < 0), $"{before} < {key} < {until}");
                before = key;
            }
        }

        Assert.Equal(7, KeyMidpoint.Between("videos/2026/0001.mp4", "videos/2026/9999.mp4", 7).Count);
    }

    [Fact]
    public void The_order_of_keys_is_that_of_their_bytes()
    {
        string[] keys = ["a", "b", "ab", "é", "\uFF5E", "\U0001F600", "\uD7FF", "", "a\U0001F600", "a\uFFFD"];
        Assert.Equal(keys.OrderBy(key => Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(key)), StringComparer.Ordinal), keys.Order(KeyOrder.Instance));
    }

    [SkippableFact]
    public async Task A_real_bucket_tells_its_classes_its_uploads_and_its_versions()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store, versions: true);
        await store.PutAsync(bucket, "videos/1", new byte[1000], null, null, CancellationToken.None);
        await store.PutAsync(bucket, "videos/1", new byte[10], null, null, CancellationToken.None);
        await store.PutAsync(bucket, "images/1", new byte[5], null, null, CancellationToken.None);
        await store.DeleteAsync(bucket, ["images/1"], CancellationToken.None);
        var upload = await store.Client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = "videos/half" });
        await store.Client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = bucket, Key = "videos/half", UploadId = upload.UploadId, PartNumber = 1, InputStream = new MemoryStream(new byte[70_000]), UseChunkEncoding = false,
        });

        var rows = await ReadAsync(lab.Endpoint, new StorageUsageQuery { Buckets = [bucket], Depth = 1, IncludeVersions = true });
        var videos = Assert.Single(rows, row => row.Prefix == "videos/");
        Assert.Equal((1L, 10L, 1L, 70_000L, 1L, 1000L, 0L), (
            videos.Objects, videos.TotalBytes, videos.IncompleteUploads!.Value, videos.IncompleteUploadBytes!.Value,
            videos.NoncurrentVersions!.Value, videos.NoncurrentBytes!.Value, videos.DeleteMarkers!.Value));
        Assert.Equal(["STANDARD: 1, 10 B"], videos.Classes.Select(share => share.ToString()));
        Assert.Equal("under 1 day", Assert.Single(videos.Ages).Name);
        var images = Assert.Single(rows, row => row.Prefix == "images/");
        Assert.Equal((0L, 1L, 1L), (images.Objects, images.DeleteMarkers!.Value, images.NoncurrentVersions!.Value));
    }

    [SkippableFact]
    public async Task Versions_of_many_folders_at_once_are_those_of_one_after_the_other()
    {
        var lab = await S3Lab.GetAsync();
        using var store = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(store, versions: true);
        string[] keys = ["top/", "top/level", "top/only/direct", "top/only/a/1", "top/only/a/2", "top/only/b/deep/er/1", "top/only/ü/1", "top/only/gone/1", "top/only.not", "topmost"];
        await Parallel.ForEachAsync(keys, async (key, token) =>
        {
            await store.PutAsync(bucket, key, new byte[3], null, null, token);
            await store.PutAsync(bucket, key, new byte[7], null, null, token);
        });
        await store.DeleteAsync(bucket, ["top/only/gone/1", "top/only/a/2"], CancellationToken.None);
        foreach (var prefix in new[] { "", "top/", "top/only/", "top/only", "nothing/" })
        {
            var expected = await VersionLister.ListAsync(store, bucket, prefix, exact: false, CancellationToken.None).SelectMany(versions => versions).ToListAsync();
            var found = new List<ObjectVersion>();
            await VersionLister.ListAsync(store, bucket, prefix, 4, found.AddRange, CancellationToken.None);
            Assert.Equal(expected.Select(Text), found.OrderBy(version => version.Key, KeyOrder.Instance).Select(Text));
            Assert.Equal(keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(KeyOrder.Instance), expected.Select(version => version.Key).Distinct());
        }

        static string Text(ObjectVersion version) => $"{version.Key} {version.VersionId} {version.IsLatest} {version.IsDeleteMarker} {version.SizeBytes}";
    }

    private static Task<List<StorageUsage>> ReadAsync(Uri endpoint, StorageUsageQuery query) =>
        StorageUsageReader.ReadAsync(StoreFixture.Context(endpoint), query, error => throw error, CancellationToken.None).ToListAsync();

    private static List<string> Keys(string shape)
    {
        var random = new Random(7);
        string Name(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~')));
        return [.. Enumerable.Range(0, shape == "few" ? 3 : 12_345).Select(i => shape switch
        {
            "folders" => $"f{i % 23:D2}/sub/{i:D7}.jpg",
            "one deep folder" => $"media/videos/2026/11/{i:D8}.mp4",
            "random" => $"{Name(random.Next(1, 12))}{i}",
            "beyond ASCII" => $"größe/{(i % 3 == 0 ? "\U0001F600" : i % 3 == 1 ? "\uFF5E" : "z")}{i}",
            _ => $"{i}",
        }).Distinct()];
    }
}
