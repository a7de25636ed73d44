using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Tests.Storage;

public sealed class MultipartUploadTests : IAsyncLifetime
{
    private const int Part = PartPlan.Smallest;
    private static readonly byte[] Content = StoreFixture.Noise((5 * Part) + 4321);
    private S3Lab? lab;
    private S3Proxy? proxy;
    private ObjectStore? store;
    private string bucket = "";

    private S3Proxy Proxy => proxy!;

    private ObjectStore Store => store!;

    public async Task InitializeAsync()
    {
        lab = await S3Lab.GetAsync();
        proxy = new S3Proxy(lab.Endpoint);
        store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        bucket = await StoreFixture.BucketAsync(store);
    }

    public async Task DisposeAsync()
    {
        store?.Dispose();
        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Parts_become_an_object_only_when_completed()
    {
        await using var upload = Store.BeginUpload(bucket, "big", "application/gzip", new Dictionary<string, string> { ["rows"] = "7" });
        await WriteAsync(upload, Content);
        Assert.Null(await Store.HeadAsync(bucket, "big", null, CancellationToken.None));
        var stored = await upload.CompleteAsync(CancellationToken.None);
        Assert.Equal((Content.LongLength, "application/gzip", "7"), (stored.SizeBytes, stored.ContentType, stored.Metadata["rows"]));
        await StoreFixture.HoldsAsync(Content, Store, bucket, "big");
        Assert.Equal(6, Proxy.Requests.Count(line => line.Contains("partNumber=", StringComparison.Ordinal)));
        await CleanAsync();
    }

    [SkippableTheory]
    [InlineData(Part)]
    [InlineData(100)]
    public async Task What_fits_into_one_part_goes_in_one_request(int bytes)
    {
        await using (var upload = Store.BeginUpload(bucket, "small", null, null))
        {
            await WriteAsync(upload, Content[..bytes]);
            Assert.Equal(bytes, (await upload.CompleteAsync(CancellationToken.None)).SizeBytes);
        }

        Assert.DoesNotContain(Proxy.Requests, line => line.Contains("upload", StringComparison.Ordinal));
        Assert.Single(Proxy.Requests, line => line.StartsWith("PUT ", StringComparison.Ordinal) && line.Contains("small", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task Without_completion_nothing_is_left()
    {
        await using (var upload = Store.BeginUpload(bucket, "big", null, null))
        {
            await WriteAsync(upload, Content);
            Assert.NotEmpty(await Store.ListUploadsAsync(bucket, "big", CancellationToken.None).ToListAsync());
        }

        Assert.Null(await Store.HeadAsync(bucket, "big", null, CancellationToken.None));
        await CleanAsync();
    }

    [SkippableFact]
    public async Task Parts_that_were_refused_or_cut_are_sent_again()
    {
        var busy = S3Proxy.First(3, "partNumber=", S3Fault.Answer(503, "SlowDown"));
        var cut = S3Proxy.First(2, "partNumber=", new S3Fault { CutRequestAfter = 3 << 20 });
        var lost = S3Proxy.First(2, "partNumber=", new S3Fault { CutAnswerAfter = 10 });
        Proxy.Judge = line => busy(line) ?? cut(line) ?? lost(line);
        await using var upload = Store.BeginUpload(bucket, "big", null, null);
        await WriteAsync(upload, Content);
        await upload.CompleteAsync(CancellationToken.None);
        await StoreFixture.HoldsAsync(Content, Store, bucket, "big");
        await CleanAsync();
    }

    [SkippableFact]
    public async Task A_full_storage_fails_the_upload_for_good_and_leaves_nothing()
    {
        Proxy.Judge = line => line.Contains("partNumber=3", StringComparison.Ordinal) ? S3Fault.Answer(507, "InsufficientStorage") : null;
        await using (var upload = Store.BeginUpload(bucket, "big", null, null))
        {
            var error = await Assert.ThrowsAsync<OperationException>(async () =>
            {
                await WriteAsync(upload, Content);
                await upload.CompleteAsync(CancellationToken.None);
            });
            Assert.Equal("StorageFull", error.Definition.Id);
            // A part is missing: nothing may make an object of the others.
            await Assert.ThrowsAsync<OperationException>(() => upload.CompleteAsync(CancellationToken.None));
        }

        Proxy.Judge = _ => null;
        Assert.Null(await Store.HeadAsync(bucket, "big", null, CancellationToken.None));
        await CleanAsync();
    }

    [SkippableFact]
    public async Task A_completion_whose_answer_was_lost_is_one()
    {
        Proxy.Judge = S3Proxy.First(1, "POST /" + bucket + "/big?uploadId", new S3Fault { CutAnswerAfter = 0 });
        await using var upload = Store.BeginUpload(bucket, "big", null, null);
        await WriteAsync(upload, Content);
        Assert.Equal(Content.Length, (await upload.CompleteAsync(CancellationToken.None)).SizeBytes);
        Assert.Equal(2, Proxy.Requests.Count(line => line.Contains("big?uploadId", StringComparison.Ordinal) && line.StartsWith("POST", StringComparison.Ordinal)));
        await CleanAsync();
    }

    [SkippableFact]
    public async Task A_beginning_whose_answer_was_lost_leaves_no_second_upload()
    {
        Proxy.Judge = S3Proxy.First(1, "big?uploads", new S3Fault { CutAnswerAfter = 0 });
        await using (var upload = Store.BeginUpload(bucket, "big", null, null))
        {
            await WriteAsync(upload, Content);
            await upload.CompleteAsync(CancellationToken.None);
        }

        Assert.Equal(2, Proxy.Requests.Count(line => line.Contains("big?uploads", StringComparison.Ordinal)));
        await CleanAsync();
    }

    [SkippableFact]
    public async Task Cancelling_at_any_request_leaves_nothing()
    {
        foreach (var moment in new[] { "uploads", "partNumber=1", "partNumber=4", "partNumber=6" })
        {
            using var source = new CancellationTokenSource();
            Proxy.Judge = line =>
            {
                if (line.Contains(moment, StringComparison.Ordinal) && !line.StartsWith("GET", StringComparison.Ordinal))
                {
                    source.Cancel();
                }

                return null;
            };
            await using (var upload = Store.BeginUpload(bucket, "big", null, null))
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                {
                    await WriteAsync(upload, Content, source.Token);
                    await upload.CompleteAsync(source.Token);
                });
            }

            Proxy.Judge = _ => null;
            Assert.Null(await Store.HeadAsync(bucket, "big", null, CancellationToken.None));
            await CleanAsync();
        }
    }

    private static async Task WriteAsync(MultipartUpload upload, byte[] content, CancellationToken cancellationToken = default)
    {
        // As a compressor writes: pieces that fit no part.
        for (var at = 0; at < content.Length; at += 999_999)
        {
            await upload.WriteAsync(content.AsMemory(at, Math.Min(999_999, content.Length - at)), cancellationToken);
        }
    }

    private async Task CleanAsync()
    {
        using var direct = await StoreFixture.ConnectAsync(lab!.Endpoint);
        Assert.Empty(await direct.ListUploadsAsync(bucket, null, CancellationToken.None).ToListAsync());
    }
}
