using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Retention;

namespace CivicQ.Ops.Core.Tests.Backups;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_last_of_each_day_week_and_month_is_kept()
    {
        // Two a day for 400 days.
        var backups = Enumerable.Range(0, 800).Select(half => Backup(Now.AddHours(-12 * half))).ToList();
        var plan = RetentionPlanner.Plan(backups, new RetentionRule(3, 2, 3, 0), Now);
        Assert.Equal(800, plan.Count);
        var kept = plan.Where(one => one.Keep is not null).Select(one => (one.Backup.StartTime.ToString("MM-dd HH", null), one.Keep)).ToList();
        // A Sunday: this week is that of the 16th, the one before ended on the 15th.
        Assert.Equal(
            [("11-22 13", "the newest good one"), ("11-22 01", "of the last 24 hours"), ("11-21 13", "the last of its day"), ("11-20 13", "the last of its day"), ("11-15 13", "the last of its week"), ("10-31 13", "the last of its month"), ("09-30 13", "the last of its month")],
            kept);
    }

    [Fact]
    public void The_newest_good_one_stays_whatever_the_rule_and_damaged_ones_count_for_nothing()
    {
        var old = Backup(Now.AddDays(-500));
        var damaged = Backup(Now.AddDays(-1)) with { State = BackupState.Damaged };
        var elsewhere = Backup(Now.AddDays(-600)) with { Location = BackupLocation.Bucket, Folder = null };
        var other = Backup(Now.AddDays(-700)) with { Database = "other" };
        var staging = Backup(Now.AddDays(-400)) with { SourceEnvironment = "staging" };
        var plan = RetentionPlanner.Plan(
            [old, damaged, elsewhere, other, staging, Backup(Now.AddDays(-401)) with { SourceEnvironment = "Staging" }, Backup(Now.AddDays(-501))], new RetentionRule(0, 0, 0, 0), Now);
        Assert.Equal("the newest good one", plan.Single(one => one.Backup == old).Keep);
        Assert.Equal("damaged; remove it by name", plan.Single(one => one.Backup == damaged).Keep);
        Assert.All([elsewhere, other, staging], kept => Assert.Equal("the newest good one", plan.Single(one => one.Backup == kept).Keep));
        Assert.Equal([Now.AddDays(-501), Now.AddDays(-401)], plan.Where(one => one.Keep is null).Select(one => one.Backup.StartTime).Order());
    }

    [Fact]
    public void Recovery_to_any_moment_of_the_window_keeps_the_base_backup_before_it()
    {
        var backups = new[] { 0, 3, 6, 9, 12, 15 }.Select(days => Backup(Now.AddDays(-days)) with { Kind = BackupKind.Physical }).ToList();
        var plan = RetentionPlanner.Plan(backups, new RetentionRule(1, 0, 0, 7), Now);
        Assert.Equal([0, 3, 6, 9], plan.Where(one => one.Keep is not null).Select(one => (Now - one.Backup.StartTime).Days));
        Assert.Equal("recovery to any moment of the last 7 days needs it", plan.Single(one => one.Backup == backups[3]).Keep);
    }

    [Fact]
    public void A_base_backup_that_ended_within_the_window_does_not_reach_its_beginning()
    {
        BackupInfo Physical(double beganHours, double endedHours)
        {
            var one = Backup(Now.AddHours(-beganHours));
            return one with { Kind = BackupKind.Physical, Manifest = Manifest(one.StartTime, Now.AddHours(-endedHours)) };
        }

        // The window begins 168 hours ago, in the middle of the second.
        var backups = new[] { Physical(24, 23), Physical(168.5, 167.5), Physical(192, 191), Physical(216, 215) };
        var kept = RetentionPlanner.Plan(backups, new RetentionRule(1, 0, 0, 7), Now).Where(one => one.Keep is not null).Select(one => one.Backup).ToList();
        Assert.Equal(backups[..3], kept);
        var window = Enumerable.Range(0, 7 * 24 * 4).Select(quarter => Now.AddDays(-7).AddMinutes(15 * quarter));
        Assert.All(window, moment => Assert.Contains(kept, one => one.Manifest!.EndTime <= moment));
    }

    [Theory]
    [InlineData("civicq", "civicq")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("a/b c", "a%2Fb%20c")]
    [InlineData("ü", "%C3%BC")]
    public void A_source_is_fit_for_paths(string database, string expected)
    {
        var path = BackupPath.New(database, BackupKind.Physical, Now);
        Assert.Equal($"{expected}/physical/{expected}-20261122T130000Z", path.Text);
        Assert.Equal(path, BackupPath.Parse(expected, "physical", path.Name));
        Assert.Equal(Now, path.Time);
        Assert.Null(BackupPath.Parse(expected, "physically", path.Name));
        Assert.Null(BackupPath.Parse(expected, "physical", path.Name + ".partial"));
    }

    private static BackupManifest Manifest(DateTimeOffset began, DateTimeOffset ended) => new()
    {
        Name = "", Kind = BackupKind.Physical, Format = BackupFormat.BaseTar, Environment = "lab", Database = "civicq", ServerVersion = "15.1", Tool = "", StartTime = began, EndTime = ended,
        FileName = "", SizeBytes = 0, UncompressedBytes = 0, Sha256 = "",
    };

    private static BackupInfo Backup(DateTimeOffset time) => new()
    {
        Environment = "lab", Name = "civicq-" + time.ToString("yyyyMMdd'T'HHmmss'Z'", null), Kind = BackupKind.Logical, Database = "civicq", Location = BackupLocation.Folder,
        Folder = "/backups", Path = "/backups/" + time.ToString("O"), StartTime = time, State = BackupState.Complete,
    };
}
