using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Tests.Database;

namespace CivicQ.Ops.Core.Tests.Backups;

/// <summary>What restores that were killed leave on the server, and the next one takes away.</summary>
[Collection(BackupCollection.Name)]
public sealed class RestoreSweepTests(BackupFixture fixture)
{
    private const string Unmarked = "civicq_restore_0123456789ab";
    private const string Commented = "civicq_restore_0123456789cd";
    private const string Named = "civicq_restore_of_may";

    [Fact]
    public async Task Unfinished_databases_go_with_the_next_restore_and_what_is_anybody_elses_stays()
    {
        using var folder = new TemporaryFolder();
        var database = await fixture.MakeAsync();
        var recorder = new Recorder();
        var context = fixture.Context(database, folder.Path, reporter: recorder);
        await BackupFixture.BackupAsync(context);
        foreach (var name in new[] { Unmarked, Commented, Named })
        {
            await fixture.ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        }

        try
        {
            await fixture.ExecuteAsync("postgres", $"COMMENT ON DATABASE {Commented} IS 'mine'");
            // A pg_restore whose cmdlet was killed may still be connected.
            await using (var session = await fixture.OpenAsync(Unmarked))
            {
                await RestoreAsync(context, database + "_2");
            }

            var left = await fixture.DatabasesAsync();
            Assert.DoesNotContain(Unmarked, left);
            Assert.Contains(Commented, left);
            Assert.Contains(Named, left);
            Assert.Contains(recorder.All, text => text.Contains($"Dropped {Unmarked}", StringComparison.Ordinal));

            // A restore of the database 'postgres' has its lock elsewhere, and its database stays.
            await fixture.ExecuteAsync("postgres", $"CREATE DATABASE {Unmarked}");
            await using (var other = await fixture.OpenAsync("template1"))
            {
                await BackupLock.TakeAsync(other, LockNumbers.Restore, TimeSpan.FromSeconds(60), CancellationToken.None);
                await RestoreAsync(context, database + "_3");
                Assert.Contains(Unmarked, await fixture.DatabasesAsync());
            }
        }
        finally
        {
            foreach (var name in new[] { Unmarked, Commented, Named })
            {
                await fixture.ExecuteAsync("postgres", $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
            }
        }

        await fixture.NothingLeftAsync();
    }

    private static Task<RestoreResult> RestoreAsync(EnvironmentContext context, string target) => BackupFixture.RestoreAsync(context, new RestoreOptions { TargetDatabase = target });
}
