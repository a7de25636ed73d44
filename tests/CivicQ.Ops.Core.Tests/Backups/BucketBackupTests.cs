using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Retention;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Tests.Database;
using CivicQ.Ops.Core.Tests.Storage;
using CivicQ.Ops.Core.Tests.Support;

namespace CivicQ.Ops.Core.Tests.Backups;

[Collection(BackupCollection.Name)]
public sealed class BucketBackupTests(BackupFixture fixture) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private S3Proxy? proxy;
    private ObjectStore? store;
    private string bucket = "";

    public async Task InitializeAsync()
    {
        var lab = await S3Lab.GetAsync();
        proxy = new S3Proxy(lab.Endpoint);
        store = await StoreFixture.ConnectAsync(proxy.Endpoint);
        bucket = await StoreFixture.BucketAsync(store);
    }

    public async Task DisposeAsync()
    {
        store?.Dispose();
        folder.Dispose();
        if (proxy is not null)
        {
            await proxy.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task One_run_goes_to_folder_and_bucket_and_either_restores()
    {
        var database = await fixture.MakeAsync();
        var context = Context(database);
        var made = await BackupFixture.BackupAsync(context);
        Assert.Equal([Path.Combine(folder.Path, database, "logical", made.Name), $"s3://{bucket}/nightly/{database}/logical/{made.Name}/"], made.Paths);
        var listed = await BackupExaminer.ListAsync(context, new BackupQuery(), error => throw error, CancellationToken.None);
        Assert.Equal([(BackupLocation.Folder, true), (BackupLocation.Bucket, true)], listed.Select(one => (one.Location, one.IsLatest)));
        Assert.Equal(listed[0].Manifest!.Sha256, listed[1].Manifest!.Sha256);
        var tests = await TestAsync(context);
        Assert.True(tests.TrueForAll(test => test is { Passed: true, Entries: > 10 }), string.Join(" ", tests.Select(test => test.Reason)));
        Assert.Equal(["SHA256SUMS", "latest.json", "manifest.json", made.Name + ".dump.zst"], (await KeysAsync()).Select(key => key.Split('/')[^1]).Order(StringComparer.Ordinal).OrderBy(name => name.EndsWith(".zst", StringComparison.Ordinal)));

        Directory.Delete(folder.Path, recursive: true);
        Directory.CreateDirectory(folder.Path);
        var restored = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true, DropPrevious = true });
        Assert.StartsWith("s3://", restored.Path, StringComparison.Ordinal);
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));

        await Task.Delay(1100);
        await BackupFixture.BackupAsync(context, new LogicalOptions { Locations = [BackupLocation.Bucket] });
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        await using var remover = await BackupRemover.PrepareAsync(context, new BackupQuery { Names = ["*"] }, new RetentionRule(), _ => { }, CancellationToken.None);
        Assert.Equal(made.Name, Assert.Single(remover.Plan).Name);
        await remover.RemoveAsync(remover.Plan[0], CancellationToken.None);
        Assert.DoesNotContain(await KeysAsync(), key => key.Contains(made.Name, StringComparison.Ordinal));
        Assert.Single(await TestAsync(context));
    }

    [SkippableFact]
    public async Task A_prefix_that_another_environment_uses_is_refused_whatever_is_in_the_folder()
    {
        var database = await fixture.MakeAsync();
        await BackupFixture.BackupAsync(Context(database), new LogicalOptions { Locations = [BackupLocation.Bucket] });
        var other = Context(database) with { Environment = Context(database).Environment with { Name = "other" } };
        await BackupFixture.BackupAsync(other, new LogicalOptions { Locations = [BackupLocation.Folder] });
        var before = await KeysAsync();
        var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(other));
        Assert.Equal(BackupErrors.PlaceShared, error.Definition);
        Assert.Contains($"s3://{bucket}/nightly/", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await KeysAsync());
        Assert.Equal(["lab", "other"], (await BackupExaminer.ListAsync(other, new BackupQuery(), missing => throw missing, CancellationToken.None)).Select(one => one.SourceEnvironment).Order(StringComparer.Ordinal));
    }

    [SkippableTheory]
    [InlineData("PUT ", 507, "InsufficientStorage")]
    [InlineData("partNumber=", 403, "AccessDenied")]
    [InlineData("SHA256SUMS", 403, "AccessDenied")]
    [InlineData("manifest.json", 403, "ExpiredToken")]
    [InlineData("GET ", 403, "ExpiredToken")]
    public async Task A_bucket_that_refuses_leaves_nothing_anywhere(string request, int status, string code)
    {
        var database = await fixture.MakeAsync();
        await fixture.ExecuteAsync(database, "CREATE TABLE noise AS SELECT g, gen_random_bytea FROM generate_series(1, 6000) g, LATERAL (SELECT string_agg(md5(random()::text || g || i), '') AS gen_random_bytea FROM generate_series(1, 300) i) r");
        var before = proxy!.Requests.Count;
        proxy.Judge = line => proxy.Requests.Count > before && line.Contains(request, StringComparison.Ordinal) && !line.Contains("list-type", StringComparison.Ordinal) && !line.Contains("uploads", StringComparison.Ordinal) && !line.StartsWith("DELETE", StringComparison.Ordinal)
            ? S3Fault.Answer(status, code) : null;
        var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(Context(database)));
        Assert.StartsWith("Storage", error.Definition.Id, StringComparison.Ordinal);
        proxy.Judge = _ => null;
        Assert.Empty(await KeysAsync());
        Assert.Empty(await store!.ListUploadsAsync(bucket, null, CancellationToken.None).ToListAsync());
        // In the folder it may have been published before the bucket's last word; then it is good.
        var local = Context(database) with { Environment = Context(database).Environment with { Backups = new BackupSettings { Folder = folder.Path } } };
        var found = await BackupExaminer.ListAsync(local, new BackupQuery(), missing => throw missing, CancellationToken.None);
        Assert.All(found, one => Assert.Equal(BackupState.Complete, one.State));
        Assert.Empty(Directory.Exists(Series(database)) ? Directory.EnumerateFileSystemEntries(Series(database), ".*") : []);
        await fixture.NothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_connection_that_is_cut_is_taken_up_again_and_a_bucket_that_is_missing_says_so()
    {
        var database = await fixture.MakeAsync();
        proxy!.Judge = S3Proxy.First(2, "PUT /", new S3Fault { CutRequestAfter = 1000 });
        var made = await BackupFixture.BackupAsync(Context(database));
        Assert.True(made.Verified);
        var nowhere = Context(database, "no-such-bucket-" + Guid.NewGuid().ToString("N")[..6]);
        Assert.Equal(StorageErrors.BucketNotFound, (await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(nowhere))).Definition);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Series(database), ".*"));
    }

    [SkippableFact]
    public async Task Ended_at_forty_random_moments_nothing_is_left_that_does_not_verify()
    {
        var database = await fixture.MakeAsync();
        await fixture.ExecuteAsync(database, "CREATE TABLE noise AS SELECT g, md5(random()::text) || md5(random()::text) AS t FROM generate_series(1, 150000) g");
        var context = Context(database);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await BackupFixture.BackupAsync(context);
        var whole = clock.Elapsed;
        var random = new Random(40);
        var ended = new Dictionary<string, int>();
        for (var moment = 0; moment < 40; moment++)
        {
            var way = (moment % 4) switch { 0 => "cancelled", 1 => "pg_dump killed", 2 => "server gone", _ => "bucket cut" };
            using var stop = new CancellationTokenSource();
            var running = BackupFixture.BackupAsync(context, cancellationToken: stop.Token);
            await Task.Delay(whole * (random.NextDouble() * 1.1));
            await EndAsync(way, database, stop);
            try
            {
                await running;
            }
            catch (Exception error) when (error is OperationException or OperationCanceledException)
            {
                ended[way] = ended.GetValueOrDefault(way) + 1;
            }

            proxy!.Judge = _ => null;
            await LooksGoodAsync(context, database, $"{moment}: {way}");
        }

        // The moments are spread over the whole run, so most of them fall into it.
        Assert.True(ended.Values.Sum() >= 10, string.Join(", ", ended));
        await fixture.NothingLeftAsync();
        var last = await BackupFixture.BackupAsync(context);
        Assert.True(last.Verified);
        Assert.True((await TestAsync(context)).TrueForAll(test => test.Passed));
        Assert.Empty(await store!.ListUploadsAsync(bucket, null, CancellationToken.None).ToListAsync());
    }

    [SkippableFact]
    public async Task A_full_disk_leaves_the_backups_that_were_there()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount a small disk.");
        var database = await fixture.MakeAsync();
        var disk = folder.File("disk");
        Directory.CreateDirectory(disk);
        await MountAsync("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk);
        try
        {
            var context = fixture.Context(database, disk);
            await BackupFixture.BackupAsync(context);
            await fixture.ExecuteAsync(database, "CREATE TABLE noise AS SELECT g, md5(random()::text) || md5(random()::text) AS t FROM generate_series(1, 100000) g");
            var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(context));
            Assert.True(error.Definition == BackupErrors.WriteFailed || error.Definition == BackupErrors.NoRoom, error.Message);
            Assert.True(Assert.Single(await TestAsync(context)).Passed);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(disk, database, "logical"), ".*"));
        }
        finally
        {
            await MountAsync("umount", "-l", disk);
        }
    }

    private static async Task MountAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private async Task EndAsync(string way, string database, CancellationTokenSource stop)
    {
        switch (way)
        {
            case "cancelled":
                await stop.CancelAsync();
                break;
            case "pg_dump killed":
                OwnProcesses.Kill("pg_dump", fixture.Server.Port);
                break;
            case "server gone":
                await fixture.ExecuteAsync("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");
                break;
            default:
                proxy!.Judge = line => line.StartsWith("DELETE", StringComparison.Ordinal) || line.Contains("?delete", StringComparison.Ordinal) ? null : S3Fault.Answer(403, "AccessDenied");
                break;
        }
    }

    private async Task LooksGoodAsync(EnvironmentContext context, string database, string moment)
    {
        var found = await BackupExaminer.ListAsync(context, new BackupQuery(), error => throw error, CancellationToken.None);
        Assert.All(found, one => Assert.True(one.State == BackupState.Complete, $"{moment}: {one.Path} {one.Reason}"));
        var latest = await BackupExaminer.ListAsync(context, new BackupQuery { Latest = true }, error => throw error, CancellationToken.None);
        foreach (var one in latest)
        {
            var pointer = one.Location == BackupLocation.Folder
                ? await File.ReadAllTextAsync(Path.Combine(Series(database), "latest.json"))
                : await store!.GetTextAsync(bucket, $"nightly/{database}/logical/latest.json", CancellationToken.None);
            Assert.Contains(found, other => other.Location == one.Location && pointer.Contains($"\"{other.Name}\"", StringComparison.Ordinal));
        }

        var left = Directory.EnumerateFileSystemEntries(Series(database), ".*").ToList();
        Assert.True(left.Count == 0, $"{moment}: {string.Join(", ", left)}");
        var whole = found.Where(one => one.Location == BackupLocation.Bucket).Select(one => one.Name).ToHashSet();
        Assert.All((await KeysAsync()).Where(key => !key.EndsWith("latest.json", StringComparison.Ordinal)), key => Assert.True(whole.Contains(key.Split('/')[^2]), $"{moment}: {key}"));
    }

    private string Series(string database) => Path.Combine(folder.Path, database, "logical");

    private EnvironmentContext Context(string database, string? other = null)
    {
        var plain = fixture.Context(database, folder.Path);
        return TestContexts.Create(
            plain.Environment with
            {
                Database = plain.Environment.Database! with { Password = new SecretReference(SecretScheme.Variable, "password") },
                Storage = StoreFixture.Context(proxy!.Endpoint).Environment.Storage,
                Backups = new BackupSettings { Folder = folder.Path, Bucket = other ?? bucket, Prefix = "nightly/" },
            },
            ("access", S3Lab.AccessKey), ("secret", S3Lab.SecretKey), ("password", fixture.Server.Password)) with { Reporter = NullReporter.Instance };
    }

    private async Task<List<string>> KeysAsync() => [.. (await store!.ListAsync(bucket, null, CancellationToken.None).ToListAsync()).Select(one => one.Key)];

    private static Task<List<BackupTestResult>> TestAsync(EnvironmentContext context) =>
        DatabaseFixture.ListAsync(BackupExaminer.TestAsync(context, new BackupQuery(), error => throw error, CancellationToken.None));
}
