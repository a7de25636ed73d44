using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Tests.Backups.Stores;

/// <summary>One backup at a time in a folder's series, and what a sweep leaves alone.</summary>
[Collection(BackupCollection.Name)]
public sealed class SeriesLockTests(BackupFixture fixture)
{
    [Fact]
    public async Task A_backup_that_runs_keeps_another_out_and_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var context = fixture.Context(database, folder.Path);
        var series = Path.Combine(folder.Path, database, "logical");
        await using var store = new FolderStore(folder.Path);
        using (store.Hold(database + "/logical"))
        {
            var partial = Directory.CreateDirectory(Path.Combine(series, $".{database}-20260101T000000Z.partial")).FullName;
            var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(context));
            Assert.Equal(BackupErrors.Busy, error.Definition);
            Assert.StartsWith($"Another backup into {series} runs, since 20", error.Message, StringComparison.Ordinal);
            // Its work is not swept away, and only its own lock is there.
            Assert.True(Directory.Exists(partial));
            Assert.Equal(2, Directory.EnumerateFileSystemEntries(series).Count());
        }

        await fixture.NothingLeftAsync();
        var made = await BackupFixture.BackupAsync(context);
        Assert.Equal([made.Name, "latest.json"], Directory.EnumerateFileSystemEntries(series).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task A_killed_runs_lock_is_no_obstacle_and_goes()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var series = Directory.CreateDirectory(Path.Combine(folder.Path, database, "logical")).FullName;
        await File.WriteAllTextAsync(Path.Combine(series, ".running-0123456789abcdef0123456789abcdef.lock"), "");
        var made = await BackupFixture.BackupAsync(fixture.Context(database, folder.Path));
        Assert.Equal([made.Name, "latest.json"], Directory.EnumerateFileSystemEntries(series).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_many_that_begin_at_once_never_two_have_it()
    {
        using var folder = new TemporaryFolder();
        var (holders, taken, refused) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (var time = 0; time < 5; time++)
                {
                    try
                    {
                        using var held = SeriesLock.Take(folder.Path);
                        Assert.Equal(1, Interlocked.Increment(ref holders));
                        Interlocked.Increment(ref taken);
                        Thread.Yield();
                        Interlocked.Decrement(ref holders);
                    }
                    catch (OperationException error) when (error.Definition == BackupErrors.Busy)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal(30, taken + refused);
        Assert.True(taken > 0);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        SeriesLock.Take(folder.Path).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_sweep_leaves_a_work_folder_that_is_in_use()
    {
        using var folder = new TemporaryFolder();
        var series = Directory.CreateDirectory(Path.Combine(folder.Path, "civicq", "logical")).FullName;
        await using var store = new FolderStore(folder.Path);
        using (var work = WorkFolder.Make(series))
        {
            await File.WriteAllTextAsync(Path.Combine(work.Path, "data"), "x");
            Directory.CreateDirectory(Path.Combine(series, ".civicq-dead"));
            await File.WriteAllTextAsync(Path.Combine(series, ".civicq-dead.lock"), "");
            Directory.CreateDirectory(Path.Combine(series, ".civicq-20260101T000000Z.removed"));
            // What a database of this name leaves begins like a work folder.
            Directory.CreateDirectory(Path.Combine(series, ".civicq-20260101T000000Z.partial"));
            await store.SweepAsync("civicq/logical", CancellationToken.None);
            Assert.True(File.Exists(Path.Combine(work.Path, "data")));
            Assert.Equal(new[] { work.Path, work.Path + ".lock" }, Directory.EnumerateFileSystemEntries(series).Order(StringComparer.Ordinal));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(series));
    }
}
