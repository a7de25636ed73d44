using System.Globalization;
using CivicQ.Ops.Core.Backups.Physical;
using Xunit.Abstractions;

namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>The command <c>civicq</c> is killed, and not its children, while it restores over a database that is there.</summary>
[Collection(KillCollection.Name)]
public sealed class RestoreKillTests(ArchivingDatabase database, ITestOutputHelper output) : IAsyncLifetime
{
    private const double Start = 0.3;
    private int marks;

    public Task InitializeAsync() => Task.CompletedTask;

    // The other tests of the collection find it as it was.
    public async Task DisposeAsync()
    {
        await DropAsync(name => name != ArchivingDatabase.Name);
        await database.ExecuteAsync("DROP TABLE IF EXISTS mark");
    }

    [SkippableFact]
    public async Task A_restore_killed_at_eight_moments_leaves_the_old_database_or_the_new_one_whole_and_the_next_one_sweeps()
    {
        using var lab = await KillLab.OpenAsync(database);
        await lab.RunAsync("Backup-CivicQDatabase");
        string[][] ways =
        [
            ["Restore-CivicQDatabase", "-Replace"], ["Restore-CivicQDatabase", "-Replace", "-Jobs", "2"], ["Restore-CivicQDatabase", "-Replace", "-DropPrevious"],
        ];
        await KillAsync(lab, 8, number => ways[number % ways.Length]);
    }

    [SkippableFact]
    public async Task A_recovery_killed_at_four_moments_leaves_the_old_database_or_the_new_one_whole_and_no_server()
    {
        using var lab = await KillLab.OpenAsync(database);
        await PhysicalBackup.RunAsync(lab.Context, new PhysicalOptions(), CancellationToken.None);
        var now = new DateTimeOffset(((DateTime)(await database.ScalarAsync("SELECT clock_timestamp()"))!).ToUniversalTime(), TimeSpan.Zero).AddMilliseconds(5);
        await Task.Delay(20);
        string[] way = ["Restore-CivicQDatabase", "-PointInTime", now.ToString("O", CultureInfo.InvariantCulture), "-Replace"];
        await KillAsync(lab, 4, _ => way);
    }

    private async Task KillAsync(KillLab lab, int count, Func<int, string[]> way)
    {
        var moments = new Moments(output);
        await MarkAsync();
        var whole = await lab.RunAsync(way(0));
        await SweptAsync("the first");
        var killed = 0;
        for (var number = 0; number < count; number++)
        {
            var words = way(number);
            await MarkAsync();
            var after = moments.Next(whole, number, count, Start);
            var moment = $"{number} (seed {moments.Seed}): {string.Join(' ', words)} killed after {after.TotalSeconds:0.00} of {whole.TotalSeconds:0.00} s";
            killed += await lab.KillAsync(after, moment, words) ? 1 : 0;
            await database.NothingHeldAsync(moment);
            await WholeAsync(words, moment);
            output.WriteLine($"left: {string.Join(", ", await lab.LeftAsync())}");
            if (number % 2 == 1)
            {
                await lab.RunAsync([.. way(0), "-DropPrevious"]);
                await SweptAsync(moment);
                await lab.NothingLeftAsync(moment);
            }
        }

        output.WriteLine($"{killed} of {count} were killed before their end.");
        Assert.True(killed >= count / 4, $"{killed} of {count} were killed before their end.");
        await database.NothingHeldAsync("at the end");
    }

    // What was there has a mark that no backup has.
    private async Task MarkAsync() =>
        await database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"CREATE TABLE IF NOT EXISTS mark (n int); DELETE FROM mark; INSERT INTO mark VALUES ({++marks})"));

    private async Task WholeAsync(string[] words, string moment)
    {
        var names = await database.DatabasesAsync();
        Assert.Contains(ArchivingDatabase.Name, names);
        var before = names.Where(name => name.StartsWith(ArchivingDatabase.Name + "_before_", StringComparison.Ordinal)).ToList();
        Assert.All(names, name => Assert.True(
            name == ArchivingDatabase.Name || before.Contains(name) || name.StartsWith("civicq_restore_", StringComparison.Ordinal), $"{moment}: {name}"));
        Assert.True((int)(await database.ScalarAsync("SELECT (SELECT count(*) FROM users)::int + (SELECT count(*) FROM noise)::int"))! == ArchivingDatabase.Rows + 500, moment);
        Assert.Equal(3L, await database.ScalarAsync("SELECT count(*) FROM pg_indexes WHERE indexname IN ('users_email_key', 'noise_t_idx', 'noise_id_idx') AND schemaname = 'public'"));
        var original = (bool)(await database.ScalarAsync("SELECT to_regclass('mark') IS NOT NULL"))!;
        output.WriteLine($"{moment}: {(original ? "the old one" : "the new one")}, beside it {string.Join(", ", names.Where(name => name != ArchivingDatabase.Name))}");
        var kept = original ? ArchivingDatabase.Name : before.Count > 0 ? before.Max(StringComparer.Ordinal) : null;
        if (kept is null)
        {
            Assert.True(words.Contains("-DropPrevious"), $"{moment}: the old database is gone.");
            return;
        }

        Assert.True(marks == (int)(await database.ScalarAsync("SELECT n FROM mark", kept))!, $"{moment}: {kept} is not the old one.");
    }

    private async Task SweptAsync(string moment)
    {
        await DropAsync(name => name.StartsWith(ArchivingDatabase.Name + "_before_", StringComparison.Ordinal));
        var left = await database.DatabasesAsync();
        Assert.True(left.SequenceEqual([ArchivingDatabase.Name]), $"{moment}: {string.Join(", ", left)}");
    }

    private async Task DropAsync(Func<string, bool> which)
    {
        foreach (var name in (await database.DatabasesAsync()).Where(which))
        {
            await database.ScalarAsync($"DROP DATABASE \"{name}\" WITH (FORCE)", "postgres");
        }
    }
}
