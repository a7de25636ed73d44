using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Retention;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Tests.Backups;

/// <summary>One folder of two environments whose databases have one name, as they were left by versions that let them.</summary>
[Collection(BackupCollection.Name)]
public sealed class SharedPlaceTests(BackupFixture fixture) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_newest_is_the_environments_own_and_anothers_is_taken_by_its_name()
    {
        var (database, own, other) = await ShareAsync();
        var context = Context(database, "production");
        var listed = await ListAsync(context);
        Assert.Equal(
            [(other.Name, "production", "staging", true), (own.Name, "production", "production", true)],
            listed.Select(one => (one.Name, one.Environment, one.SourceEnvironment, one.IsLatest)));
        Assert.Equal(own.Name, Assert.Single(await ListAsync(context, new BackupQuery { Latest = true })).Name);
        Assert.Equal(other.Name, Assert.Single(await ListAsync(Context(database, "Staging"), new BackupQuery { Latest = true })).Name);

        var restored = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true, DropPrevious = true });
        Assert.Equal(own.Name, restored.Name);
        Assert.Equal(20000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        restored = await BackupFixture.RestoreAsync(context, new RestoreOptions { Name = other.Name, Replace = true, DropPrevious = true });
        Assert.Equal(other.Name, restored.Name);
        Assert.Equal(7, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        await fixture.NothingLeftAsync();
    }

    [Fact]
    public async Task Where_there_are_only_others_the_error_names_them()
    {
        var (database, _, other) = await ShareAsync();
        var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(Context(database, "third"), new RestoreOptions { Replace = true }));
        Assert.Equal(BackupErrors.NotFound, error.Definition);
        Assert.Equal($"Environment 'third' has no logical backup of {database}; {folder.Path} holds those of 'staging', 'production': name one with -Name.", error.Message);
        var tested = await RecoveryTest.RunAsync(Context(database, "third"), new RecoveryTestOptions(), CancellationToken.None);
        Assert.False(tested.Passed);
        Assert.Contains("holds those of 'staging', 'production'", tested.Reason, StringComparison.Ordinal);
        var latest = await Assert.ThrowsAsync<OperationException>(async () => await Database.DatabaseFixture.ListAsync(
            BackupExaminer.TestAsync(Context(database, "third"), new BackupQuery { Latest = true }, missing => throw missing, CancellationToken.None)));
        Assert.Contains("holds those of 'staging', 'production'", latest.Message, StringComparison.Ordinal);
        await using var named = await LogicalRestore.PrepareAsync(Context(database, "third"), new RestoreOptions { Name = other.Name, Replace = true }, CancellationToken.None);
        Assert.Equal(other.Name, named.Backup.Name);
    }

    [Fact]
    public async Task The_recovery_drill_and_health_look_at_the_environments_own()
    {
        var (database, own, other) = await ShareAsync();
        // However good the other's is: what is rehearsed is one's own.
        File.Delete(Path.Combine(other.Paths[0], other.Manifest.FileName));
        var tested = await RecoveryTest.RunAsync(Context(database, "production"), new RecoveryTestOptions(), CancellationToken.None);
        Assert.Null(tested.Reason);
        Assert.Equal((own.Name, own.Rows, true), (tested.Name, tested.Rows, tested.Passed));
        Assert.Contains(other.Name, (await RecoveryTest.RunAsync(Context(database, "staging"), new RecoveryTestOptions(), CancellationToken.None)).Reason, StringComparison.Ordinal);

        var health = Assert.Single(await HealthAsync(Context(database, "production")));
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Contains(own.Name, health.Detail, StringComparison.Ordinal);
        Assert.Contains("None of 1 backups is complete", Assert.Single(await HealthAsync(Context(database, "staging"))).Detail, StringComparison.Ordinal);
        Assert.Equal($"There is no backup; {folder.Path} holds those of 'production'.", Assert.Single(await HealthAsync(Context(database, "third"))).Detail);
    }

    [Fact]
    public async Task The_rule_removes_nothing_of_anothers_and_a_name_does()
    {
        var (database, own, other) = await ShareAsync();
        var older = Age(own, 400);
        var oldest = Age(own, 500);
        var theirs = Age(other, 450);
        var context = Context(database, "production");
        await using (var remover = await BackupRemover.PrepareAsync(context, new BackupQuery(), new RetentionRule(0, 0, 0, 0), error => throw error, CancellationToken.None))
        {
            Assert.Equal([older, oldest], remover.Plan.Where(one => one.Removed).Select(one => one.Name));
            Assert.Equal("the newest good one", remover.Plan.Single(one => one.Name == own.Name).Reason);
            Assert.All([other.Name, theirs], name => Assert.Equal("of environment 'staging'", remover.Plan.Single(one => one.Name == name).Reason));
        }

        var refused = new List<OperationException>();
        await using (var remover = await BackupRemover.PrepareAsync(context, new BackupQuery { Names = [theirs, other.Name, own.Name] }, new RetentionRule(), refused.Add, CancellationToken.None))
        {
            await remover.RemoveAsync(Assert.Single(remover.Plan), CancellationToken.None);
        }

        Assert.Equal([BackupErrors.StillNeeded, BackupErrors.StillNeeded], refused.Select(error => error.Definition));
        Assert.Contains("of environment 'staging'", refused[0].Message, StringComparison.Ordinal);
        Assert.Equal([own.Name, other.Name, older, oldest], (await ListAsync(context)).Select(one => one.Name).OrderByDescending(name => name == own.Name).ThenByDescending(name => name == other.Name).ThenByDescending(name => name));
    }

    [Fact]
    public async Task A_backup_into_a_series_whose_newest_is_anothers_is_refused_before_anything_is_touched()
    {
        var (database, own, other) = await ShareAsync();
        var series = Path.GetDirectoryName(own.Paths[0])!;
        Directory.CreateDirectory(Path.Combine(series, $".{database}-20260101T000000Z.partial"));
        var before = Entries();
        var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(Context(database, "production")));
        Assert.Equal(BackupErrors.PlaceShared, error.Definition);
        Assert.Equal($"The newest good logical backup of {database} in {folder.Path}, {other.Name}, is of environment 'staging', not of 'production'.", error.Message);
        Assert.Equal(before, Entries());

        await fixture.NothingLeftAsync();
        // A damaged one is nobody's claim, and names of environments are the same in any case.
        File.Delete(Path.Combine(other.Paths[0], other.Manifest.FileName));
        var made = await BackupFixture.BackupAsync(Context(database, "PRODUCTION"));
        Assert.True(made.Verified);
        Assert.Empty(Directory.EnumerateFileSystemEntries(series, ".*"));
        await fixture.NothingLeftAsync();
    }

    // Staging's is newer, and has 7 users instead of 20000.
    private async Task<(string Database, BackupResult Own, BackupResult Other)> ShareAsync()
    {
        var database = await fixture.MakeAsync();
        var own = await BackupFixture.BackupAsync(Context(database, "production"));
        await fixture.ExecuteAsync(database, "DELETE FROM users WHERE id > 7");
        using var elsewhere = new TemporaryFolder();
        BackupResult other;
        do
        {
            // Names tell the second. The server lets go of a lock a little after its session's end.
            await fixture.NothingLeftAsync();
            other = await BackupFixture.BackupAsync(Context(database, "staging", elsewhere.Path), new LogicalOptions());
        }
        while (other.Name == own.Name);

        var place = Path.Combine(Path.GetDirectoryName(own.Paths[0])!, other.Name);
        Directory.Move(other.Paths[0], place);
        return (database, own, other with { Paths = [place] });
    }

    // A copy that says of itself that it is so many days old.
    private static string Age(BackupResult made, int days)
    {
        var time = made.Manifest.StartTime.AddDays(-days);
        var path = BackupPath.New(made.Database, made.Kind, time);
        var place = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(made.Paths[0])!, path.Name)).FullName;
        var manifest = made.Manifest with { Name = path.Name, StartTime = time, EndTime = time };
        var text = ManifestText.Write(manifest);
        File.Copy(Path.Combine(made.Paths[0], manifest.FileName), Path.Combine(place, manifest.FileName));
        File.WriteAllBytes(Path.Combine(place, ManifestText.ManifestFile), text);
        File.WriteAllBytes(Path.Combine(place, ManifestText.SumsFile), ManifestText.Sums(manifest, text));
        return path.Name;
    }

    private EnvironmentContext Context(string database, string environment, string? other = null)
    {
        var plain = fixture.Context(database, other ?? folder.Path);
        return plain with { Environment = plain.Environment with { Name = environment } };
    }

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static Task<IReadOnlyList<BackupInfo>> ListAsync(EnvironmentContext context, BackupQuery? query = null) =>
        BackupExaminer.ListAsync(context, query ?? new BackupQuery(), error => throw error, CancellationToken.None);

    private static Task<IReadOnlyList<HealthResult>> HealthAsync(EnvironmentContext context) =>
        new BackupHealthProbe().CheckAsync(context, ThresholdSet.For(context.Environment), CancellationToken.None);
}
