using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Storage;

/// <summary>What becomes of reading and writing when the storage is busy, full, late or cut.</summary>
public sealed class StorageFaultTests
{
    [SkippableTheory]
    [InlineData(507, "InsufficientStorage", "StorageFull", 1)]
    [InlineData(403, "QuotaExceeded", "StorageFull", 1)]
    [InlineData(400, "EntityTooLarge", "StorageFull", 1)]
    [InlineData(400, "ExpiredToken", "StorageCredentialsExpired", 1)]
    [InlineData(403, "RequestExpired", "StorageCredentialsExpired", 1)]
    [InlineData(403, "AccessDenied", "StorageAccessDenied", 1)]
    [InlineData(503, "SlowDown", "StorageThrottled", 5)]
    [InlineData(500, "InternalError", "StorageRequestFailed", 5)]
    public async Task A_refusal_that_stays_is_named_and_repeated_only_where_that_helps(int status, string code, string expected, int attempts)
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = _ => S3Fault.Answer(status, code) };
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        var error = await Assert.ThrowsAsync<OperationException>(() => store.PutAsync("bucket", "key", new byte[100], null, null, CancellationToken.None));
        Assert.Equal((expected, attempts), (error.Definition.Id, proxy.Requests.Count));
        Assert.DoesNotContain(S3Lab.SecretKey, error.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_busy_moment_passes_unnoticed()
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = S3Proxy.First(3, "", S3Fault.Answer(503, "SlowDown")) };
        using var direct = await StoreFixture.ConnectAsync(lab.Endpoint);
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        var bucket = await StoreFixture.BucketAsync(direct);
        await store.PutAsync(bucket, "key", new byte[100], null, null, CancellationToken.None);
        Assert.Equal(100, (await direct.HeadAsync(bucket, "key", null, CancellationToken.None))!.SizeBytes);
    }

    [SkippableFact]
    public async Task Reading_goes_on_where_the_connection_was_cut()
    {
        var lab = await S3Lab.GetAsync();
        using var direct = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(direct);
        var content = StoreFixture.Noise(3 << 20);
        await direct.PutAsync(bucket, "key", content, null, null, CancellationToken.None);
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = S3Proxy.First(4, "GET /", new S3Fault { CutAnswerAfter = 500_000 }) };
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        await StoreFixture.HoldsAsync(content, store, bucket, "key");
        Assert.Equal(5, proxy.Requests.Count);
    }

    [SkippableFact]
    public async Task Reading_never_mixes_two_contents()
    {
        var lab = await S3Lab.GetAsync();
        using var direct = await StoreFixture.ConnectAsync(lab.Endpoint);
        var bucket = await StoreFixture.BucketAsync(direct);
        await direct.PutAsync(bucket, "key", StoreFixture.Noise(2 << 20), null, null, CancellationToken.None);
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = S3Proxy.First(1, "GET /", new S3Fault { CutAnswerAfter = 500_000 }) };
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        await using var reading = await store.OpenReadAsync(bucket, "key", null, CancellationToken.None);
        await direct.PutAsync(bucket, "key", StoreFixture.Noise(2 << 20), null, null, CancellationToken.None);
        var error = await Assert.ThrowsAsync<OperationException>(() => reading.CopyToAsync(Stream.Null));
        Assert.Equal("StorageObjectChanged", error.Definition.Id);
    }

    [SkippableFact]
    public async Task A_server_that_says_nothing_more_is_given_up()
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = _ => new S3Fault { Silent = true } };
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint, StoreFixture.Quick with { Attempts = 2, Patience = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAsync<OperationException>(() => store.PutAsync("bucket", "key", new byte[100], null, null, CancellationToken.None));
        Assert.Equal("StorageUnreachable", error.Definition.Id);
        Assert.Contains("no answer within 0.3 s, 2 times", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Cancelling_ends_a_request_that_waits()
    {
        var lab = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(lab.Endpoint) { Judge = _ => new S3Fault { Silent = true } };
        using var store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        using var source = new CancellationTokenSource();
        var put = store.PutAsync("bucket", "key", new byte[100], null, null, source.Token);
        while (proxy.Requests.Count == 0)
        {
            await Task.Delay(10);
        }

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => put);
    }
}
