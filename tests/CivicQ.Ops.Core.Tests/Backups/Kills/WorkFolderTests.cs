using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>Folders for a while, and what killed owners leave of them.</summary>
public sealed class WorkFolderTests
{
    [Fact]
    public void A_folder_goes_with_its_owner_and_leaves_no_lock()
    {
        using var place = new TemporaryFolder();
        using (var work = WorkFolder.Make(place.Path))
        {
            File.WriteAllText(Path.Combine(work.Path, "data"), "x");
            // Whoever sweeps meanwhile leaves it alone.
            Assert.Equal(0, WorkFolder.Sweep(place.Path));
            Assert.True(File.Exists(Path.Combine(work.Path, "data")));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Path));
    }

    [Fact]
    public void What_a_killed_owner_left_is_swept_and_what_is_anybody_elses_stays()
    {
        using var place = new TemporaryFolder();
        foreach (var name in new[] { ".civicq-dead", ".civicq-gone.removed", ".civicq-unlocked", "other" })
        {
            Directory.CreateDirectory(place.File(name));
            File.WriteAllText(Path.Combine(place.File(name), "data"), "x");
        }

        File.WriteAllText(place.File(".civicq-dead.lock"), "");
        File.WriteAllText(place.File(".civicq-gone.lock"), "");
        File.WriteAllText(place.File(".civicq-young.lock"), "");
        File.WriteAllText(place.File(".civicq-old.lock"), "");
        File.SetLastWriteTimeUtc(place.File(".civicq-old.lock"), DateTime.UtcNow.AddMinutes(-5));
        Assert.Equal(0, WorkFolder.Sweep(place.File("nowhere")));
        WorkFolder.Sweep(place.Path);
        Assert.Equal([".civicq-unlocked", ".civicq-young.lock", "other"], Directory.EnumerateFileSystemEntries(place.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_a_program_still_writes_into_is_removed_all_the_same()
    {
        using var place = new TemporaryFolder();
        var path = Directory.CreateDirectory(place.File(".civicq-busy")).FullName;
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var writing = Task.Run(() =>
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                try
                {
                    File.WriteAllText(Path.Combine(path, $"{number}"), "x");
                    begun.TrySetResult();
                }
                catch (IOException)
                {
                    // Under its name there is nothing any more.
                    return;
                }
            }
        });
        await begun.Task;
        WorkFolder.Remove(path);
        await stop.CancelAsync();
        await writing;
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Path));
    }
}
