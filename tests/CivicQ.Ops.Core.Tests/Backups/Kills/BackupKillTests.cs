using Xunit.Abstractions;

namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>The command <c>civicq</c> is killed, and not its children, while it backs up.</summary>
[Collection(KillCollection.Name)]
public sealed class BackupKillTests(ArchivingDatabase database, ITestOutputHelper output)
{
    // The command takes a part of its time to start.
    private const double Start = 0.4;

    [SkippableFact]
    public async Task A_logical_backup_killed_at_fifteen_moments_leaves_nothing_that_does_not_verify_and_the_next_run_sweeps()
    {
        using var lab = await KillLab.OpenAsync(database);
        await database.MakeLargeAsync();
        await lab.RunAsync("Backup-CivicQDatabase");
        string[][] ways =
        [
            ["Backup-CivicQDatabase"], ["Backup-CivicQDatabase", "-Jobs", "2"], ["Backup-CivicQDatabase", ArchivingDatabase.Large], ["Backup-CivicQDatabase", ArchivingDatabase.Large, "-Jobs", "2", "-Location", "Bucket"],
        ];
        var whole = new TimeSpan[ways.Length];
        for (var way = 0; way < ways.Length; way++)
        {
            whole[way] = await lab.RunAsync(ways[way]);
        }

        await KillAsync(lab, 15, number => (ways[number % ways.Length], whole[number % ways.Length]), ["Backup-CivicQDatabase"], ["Backup-CivicQDatabase", ArchivingDatabase.Large]);
        await database.ScalarAsync($"DROP DATABASE {ArchivingDatabase.Large}");
    }

    [SkippableFact]
    public async Task A_physical_backup_killed_at_eight_moments_leaves_nothing_that_does_not_verify_and_the_next_run_sweeps()
    {
        using var lab = await KillLab.OpenAsync(database);
        await lab.RunAsync("Backup-CivicQDatabase", "-Physical");
        var whole = await lab.RunAsync("Backup-CivicQDatabase", "-Physical");
        await KillAsync(lab, 8, _ => (["Backup-CivicQDatabase", "-Physical"], whole), ["Backup-CivicQDatabase", "-Physical"]);
    }

    private async Task KillAsync(KillLab lab, int count, Func<int, (string[] Words, TimeSpan Whole)> way, params string[][] next)
    {
        var moments = new Moments(output);
        var killed = 0;
        for (var number = 0; number < count; number++)
        {
            var (words, whole) = way(number);
            var after = moments.Next(whole, number, count, Start);
            var moment = $"{number} (seed {moments.Seed}): {string.Join(' ', words)} killed after {after.TotalSeconds:0.00} of {whole.TotalSeconds:0.00} s";
            killed += await lab.KillAsync(after, moment, words) ? 1 : 0;
            await database.NothingHeldAsync(moment);
            await lab.AllGoodAsync(moment);
            output.WriteLine($"{moment}; left: {string.Join(", ", await lab.LeftAsync())}");
            // The other times the next run is killed too, and has to leave what one after it sweeps.
            if (number % 4 == 3)
            {
                await SweepAsync(lab, next);
                await lab.NothingLeftAsync(moment);
            }
        }

        await SweepAsync(lab, next);
        output.WriteLine($"{killed} of {count} were killed before their end.");
        Assert.True(killed >= count / 4, $"{killed} of {count} were killed before their end.");
        await lab.NothingLeftAsync("at the end");
        await lab.AllGoodAsync("at the end", deep: true);
        await database.NothingHeldAsync("at the end");
    }

    // Each database's backups are swept by their own next run.
    private static async Task SweepAsync(KillLab lab, string[][] next)
    {
        foreach (var words in next)
        {
            await lab.RunAsync(words);
        }
    }
}
