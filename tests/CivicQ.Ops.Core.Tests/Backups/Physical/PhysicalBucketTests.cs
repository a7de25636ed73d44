using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Tests.Database;
using CivicQ.Ops.Core.Tests.Storage;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>Physical backups in a bucket alone, and what is recovered from them.</summary>
[Collection(PhysicalCollection.Name)]
public sealed class PhysicalBucketTests(ArchivingServer server) : IAsyncLifetime
{
    private S3Proxy? proxy;
    private ObjectStore? store;
    private string bucket = "";

    public async Task InitializeAsync()
    {
        proxy = new S3Proxy((await S3Lab.GetAsync()).Endpoint);
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
    public async Task A_dropped_table_comes_back_from_the_bucket_alone()
    {
        var made = await PhysicalBackup.RunAsync(Context(), new PhysicalOptions(), CancellationToken.None);
        Assert.Equal([$"s3://{bucket}/civicq/physical/{made.Name}/"], made.Paths);
        var test = Assert.Single(await DatabaseFixture.ListAsync(BackupExaminer.TestAsync(Context(), new BackupQuery(), error => throw error, CancellationToken.None)));
        Assert.True(test is { Passed: true, Location: BackupLocation.Bucket }, test.Reason);
        var rehearsed = await RecoveryTest.RunAsync(Context(), new RecoveryTestOptions { Name = made.Name }, CancellationToken.None);
        Assert.True(rehearsed.Verified, rehearsed.Reason);

        await server.ExecuteAsync("CREATE TABLE kept AS SELECT g FROM generate_series(1, 321) g");
        var moment = await server.MomentAsync();
        await server.ExecuteAsync("DROP TABLE kept");
        // The download is cut twice in the middle, and taken up where it was.
        proxy!.Judge = S3Proxy.First(2, ".tar.zst", new S3Fault { CutAnswerAfter = 200_000 });
        await using var recovery = await PointInTimeRecovery.PrepareAsync(Context(), new RecoveryOptions { PointInTime = moment, TargetDatabase = "from_bucket" }, CancellationToken.None);
        var result = await recovery.ExecuteAsync(CancellationToken.None);
        Assert.StartsWith("s3://", result.Path, StringComparison.Ordinal);
        Assert.Equal(321L, await server.ScalarAsync("SELECT count(*) FROM kept", "from_bucket"));
        await server.ExecuteAsync("DROP DATABASE from_bucket");
    }

    [SkippableTheory]
    [InlineData("partNumber=", "AccessDenied")]
    [InlineData("SHA256SUMS", "AccessDenied")]
    [InlineData("GET ", "ExpiredToken")]
    public async Task A_bucket_that_refuses_leaves_nothing(string request, string code)
    {
        proxy!.Judge = line => line.Contains(request, StringComparison.Ordinal) && !line.Contains("list-type", StringComparison.Ordinal) && !line.Contains("uploads", StringComparison.Ordinal) && !line.StartsWith("DELETE", StringComparison.Ordinal)
            && !line.StartsWith("HEAD", StringComparison.Ordinal) ? S3Fault.Answer(403, code) : null;
        // Of one part, it goes by one request.
        var small = request != "partNumber=";
        if (!small)
        {
            await server.ExecuteAsync("CREATE TABLE noise AS SELECT g, md5(random()::text) || md5(random()::text) AS t FROM generate_series(1, 500000) g");
        }

        var error = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(Context(), new PhysicalOptions(), CancellationToken.None));
        Assert.StartsWith("Storage", error.Definition.Id, StringComparison.Ordinal);
        proxy.Judge = _ => null;
        Assert.Empty(await store!.ListAsync(bucket, null, CancellationToken.None).ToListAsync());
        Assert.Empty(await store.ListUploadsAsync(bucket, null, CancellationToken.None).ToListAsync());
        await server.ExecuteAsync("DROP TABLE IF EXISTS noise");
        await server.AssertNothingLeftAsync();
    }

    private EnvironmentContext Context()
    {
        var plain = server.Context();
        return TestContexts.Create(
            plain.Environment with
            {
                Database = plain.Environment.Database! with { Password = new SecretReference(SecretScheme.Variable, "password") },
                Storage = StoreFixture.Context(proxy!.Endpoint).Environment.Storage,
                Backups = new BackupSettings { Bucket = bucket, WalArchive = server.Server.ArchiveFolder },
            },
            ("access", S3Lab.AccessKey), ("secret", S3Lab.SecretKey), ("password", server.Server.Password)) with { Reporter = NullReporter.Instance };
    }
}
