using System.Security.Cryptography;
using Amazon.S3;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Storage;

/// <summary>Stores on the lab's S3 server, and buckets on it.</summary>
internal static class StoreFixture
{
    public static readonly StorageRetry Quick = new() { Attempts = 5, FirstDelay = TimeSpan.FromMilliseconds(5), LongestDelay = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.FromSeconds(60) };

    public static EnvironmentContext Context(Uri endpoint, string secret = S3Lab.SecretKey, params string[] buckets) => TestContexts.Create(
        new CivicQEnvironment
        {
            Name = "t", TimeoutSeconds = 60,
            Storage = new StorageSettings
            {
                Endpoint = endpoint, PathStyle = true, Buckets = buckets,
                AccessKey = new SecretReference(SecretScheme.Variable, "access"), SecretKey = new SecretReference(SecretScheme.Variable, "secret"),
            },
        },
        ("access", S3Lab.AccessKey), ("secret", secret));

    public static Task<ObjectStore> ConnectAsync(Uri endpoint, StorageRetry? retry = null, long copyLimit = 5L << 30) =>
        ObjectStore.ConnectAsync(Context(endpoint), retry ?? Quick, copyLimit, CancellationToken.None);

    public static async Task<string> BucketAsync(ObjectStore store, bool versions = false)
    {
        var bucket = S3Lab.NewName();
        await store.Client.PutBucketAsync(bucket);
        if (versions)
        {
            await store.Client.PutBucketVersioningAsync(new Amazon.S3.Model.PutBucketVersioningRequest
            {
                BucketName = bucket, VersioningConfig = new Amazon.S3.Model.S3BucketVersioningConfig { Status = VersionStatus.Enabled },
            });
        }

        return bucket;
    }

    public static byte[] Noise(int bytes)
    {
        var noise = new byte[bytes];
        RandomNumberGenerator.Fill(noise);
        return noise;
    }

    public static async Task<byte[]> ReadAsync(ObjectStore store, string bucket, string key, string? version = null)
    {
        await using var content = await store.OpenReadAsync(bucket, key, version, CancellationToken.None);
        using var memory = new MemoryStream();
        await content.CopyToAsync(memory);
        return memory.ToArray();
    }

    /// <summary>Asserts that an object has this content, without printing megabytes where it has not.</summary>
    public static async Task HoldsAsync(byte[] content, ObjectStore store, string bucket, string key)
    {
        var found = await ReadAsync(store, bucket, key);
        Assert.Equal(content.Length, found.Length);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(content)), Convert.ToHexString(SHA256.HashData(found)));
    }

    public static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> source)
    {
        var list = new List<T>();
        await foreach (var item in source)
        {
            list.Add(item);
        }

        return list;
    }
}
