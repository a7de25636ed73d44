using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

[Collection(PhysicalCollection.Name)]
public class PointInTimeTests(ArchivingServer server)
{
    private static async Task<RecoveryResult> RecoverAsync(EnvironmentContext context, RecoveryOptions options, CancellationToken cancellationToken = default)
    {
        await using var recovery = await PointInTimeRecovery.PrepareAsync(context, options, cancellationToken);
        return await recovery.ExecuteAsync(cancellationToken);
    }

    [Fact]
    public async Task A_dropped_table_comes_back_with_every_row_up_to_the_second()
    {
        using var folder = new TemporaryFolder();
        using var work = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        await server.ExecuteAsync("INSERT INTO users (email) SELECT 'late' || i FROM generate_series(1, 77) i");
        var expected = await server.ScalarAsync("SELECT count(*) FROM users");
        var moment = await server.MomentAsync();
        await server.ExecuteAsync("DROP TABLE users CASCADE");
        var result = await RecoverAsync(context, new RecoveryOptions { PointInTime = moment, Replace = true, WorkDirectory = work.Path });
        Assert.Equal(expected, await server.ScalarAsync("SELECT count(*) FROM users"));
        Assert.Equal(1L, await server.ScalarAsync("SELECT count(*) FROM pg_constraint WHERE conrelid = 'votes'::regclass AND contype = 'f'"));
        Assert.True(result.Verified);
        Assert.True(result.LastTransaction <= moment && result.StoppedBefore > moment);
        Assert.Equal(false, await server.ScalarAsync("SELECT to_regclass('users') IS NOT NULL", result.PreviousDatabase!));
        Assert.Empty(Directory.EnumerateFileSystemEntries(work.Path));
        await server.AssertNothingLeftAsync();
        await server.ExecuteAsync($"DROP DATABASE \"{result.PreviousDatabase}\"");
    }

    [Fact]
    public async Task A_time_that_cannot_be_reached_is_refused_before_anything_is_done()
    {
        using var folder = new TemporaryFolder();
        var context = server.Context(folder.Path);
        async Task<OperationException> RefusedAsync(EnvironmentContext where, DateTimeOffset time, string? name = null) =>
            await Assert.ThrowsAsync<OperationException>(() => PointInTimeRecovery.PrepareAsync(where, new RecoveryOptions { PointInTime = time, Replace = true, Name = name }, CancellationToken.None));
        Assert.Equal(BackupErrors.NotFound, (await RefusedAsync(context, DateTimeOffset.UtcNow)).Definition);
        var before = await server.MomentAsync();
        var backup = await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        Assert.Equal(RecoveryErrors.TimeNotReachable, (await RefusedAsync(context, before)).Definition);
        Assert.Contains(backup.Name, (await RefusedAsync(context, before)).Message, StringComparison.Ordinal);
        Assert.Equal(RecoveryErrors.TimeNotReachable, (await RefusedAsync(context, DateTimeOffset.UtcNow.AddHours(1))).Definition);
        Assert.Equal(RecoveryErrors.NoArchive, (await RefusedAsync(server.Context(folder.Path, change: one => one with { WalArchive = null }), DateTimeOffset.UtcNow)).Definition);
        Assert.Equal(RecoveryErrors.ArchiveNotReadable, (await RefusedAsync(server.Context(folder.Path, change: one => one with { WalArchive = "/nowhere" }), DateTimeOffset.UtcNow)).Definition);
        Assert.Equal(BackupErrors.NotFound, (await RefusedAsync(context, DateTimeOffset.UtcNow, "civicq-20010101T000000Z")).Definition);
    }

    [Fact]
    public async Task A_base_backup_of_another_environment_is_taken_by_its_name_alone()
    {
        using var folder = new TemporaryFolder();
        var backup = await PhysicalBackup.RunAsync(server.Context(folder.Path), new PhysicalOptions(), CancellationToken.None);
        var moment = await server.MomentAsync();
        var other = server.Context(folder.Path);
        other = other with { Environment = other.Environment with { Name = "other" } };
        var error = await Assert.ThrowsAsync<OperationException>(() => PointInTimeRecovery.PrepareAsync(other, new RecoveryOptions { PointInTime = moment, Replace = true }, CancellationToken.None));
        Assert.Equal(BackupErrors.NotFound, error.Definition);
        Assert.StartsWith($"Environment 'other' has no physical backup to begin with; {folder.Path} holds those of 'test': name one with -Name.", error.Message, StringComparison.Ordinal);
        await using (var recovery = await PointInTimeRecovery.PrepareAsync(other, new RecoveryOptions { PointInTime = moment, Replace = true, Name = backup.Name }, CancellationToken.None))
        {
            Assert.Contains(backup.Name, recovery.Action, StringComparison.Ordinal);
        }

        Assert.Equal(BackupErrors.PlaceShared, (await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(other, new PhysicalOptions(), CancellationToken.None))).Definition);
        var archive = new List<EnvironmentTestResult>();
        await foreach (var result in Core.Procedures.EnvironmentTest.RunAsync(other, CancellationToken.None))
        {
            archive.Add(result);
        }

        Assert.Contains("no physical backup yet", archive.Single(result => result.Check == "Archive").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_base_backup_is_passed_over_for_the_one_before()
    {
        using var folder = new TemporaryFolder();
        var reporter = new StoppingReporter(null, long.MaxValue);
        var context = server.Context(folder.Path, reporter: reporter);
        var first = await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        await Task.Delay(1100);
        var second = await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        var file = Path.Combine(second.Paths[0], second.Manifest.FileName);
        await using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.Position = stream.Length / 2;
            var old = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(old ^ 1));
        }

        var moment = await server.MomentAsync();
        var result = await RecoverAsync(context, new RecoveryOptions { PointInTime = moment, TargetDatabase = "recovered one" });
        Assert.Equal(first.Name, result.Name);
        Assert.Contains(reporter.Said, line => line.StartsWith("WARNING:", StringComparison.Ordinal) && line.Contains(second.Name, StringComparison.Ordinal));
        Assert.Equal(await server.ScalarAsync("SELECT count(*) FROM votes"), await server.ScalarAsync("SELECT count(*) FROM votes", "recovered one"));
        await server.ExecuteAsync("DROP DATABASE \"recovered one\"");
    }

    [Fact]
    public async Task Wal_that_is_missing_is_named()
    {
        using var folder = new TemporaryFolder();
        using var archive = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        var names = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            await server.ExecuteAsync("INSERT INTO votes (user_id) SELECT user_id FROM votes LIMIT 1");
            names.Add((string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_switch_wal())"))!);
        }

        for (var attempt = 0; attempt < 400 && !File.Exists(Path.Combine(server.Server.ArchiveFolder, names[^1])); attempt++)
        {
            await Task.Delay(50);
        }

        foreach (var file in Directory.EnumerateFiles(server.Server.ArchiveFolder).Where(one => !one.Contains(names[1], StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(archive.Path, Path.GetFileName(file)), overwrite: true);
        }

        var error = await Assert.ThrowsAsync<OperationException>(() => PointInTimeRecovery.PrepareAsync(
            server.Context(folder.Path, change: one => one with { WalArchive = archive.Path }),
            new RecoveryOptions { PointInTime = DateTimeOffset.UtcNow, Replace = true }, CancellationToken.None));
        Assert.Equal(RecoveryErrors.WalMissing, error.Definition);
        Assert.Contains(names[1], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_is_left_ready_to_start()
    {
        using var folder = new TemporaryFolder();
        using var place = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        await server.ExecuteAsync("CREATE TABLE marked (n int); INSERT INTO marked VALUES (1)");
        var moment = await server.MomentAsync();
        await server.ExecuteAsync("DROP TABLE marked");
        var data = Path.Combine(place.Path, "recovered");
        var result = await RecoverAsync(context, new RecoveryOptions { PointInTime = moment, DataDirectory = data });
        Assert.Equal(data, result.DataDirectory);
        Assert.False(File.Exists(Path.Combine(data, "recovery.signal")) || File.Exists(Path.Combine(data, "postmaster.pid")) || File.Exists(Path.Combine(data, "backup_label")));
        Assert.Contains(data, result.NextStep, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<OperationException>(() => RecoverAsync(context, new RecoveryOptions { PointInTime = moment, DataDirectory = data }));
        Assert.Equal(RecoveryErrors.FolderNotUsable, error.Definition);
        Assert.Empty(Directory.EnumerateFiles(data, ".civicq*"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_came_into_a_data_directory_since_it_was_asked_for_stays(bool existed)
    {
        using var folder = new TemporaryFolder();
        using var place = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        var data = Path.Combine(place.Path, "recovered");
        if (existed)
        {
            Directory.CreateDirectory(data);
        }

        await using var recovery = await PointInTimeRecovery.PrepareAsync(context, new RecoveryOptions { PointInTime = await server.MomentAsync(), DataDirectory = data }, CancellationToken.None);
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "PG_VERSION"), "another recovery's");
        var error = await Assert.ThrowsAsync<OperationException>(() => recovery.ExecuteAsync(CancellationToken.None));
        Assert.Equal(RecoveryErrors.FolderNotUsable, error.Definition);
        Assert.Equal("another recovery's", await File.ReadAllTextAsync(Path.Combine(data, "PG_VERSION")));
        Assert.Single(Directory.EnumerateFileSystemEntries(data));
    }

    [Fact]
    public async Task A_server_that_speaks_of_times_in_its_own_zone_is_recovered()
    {
        using var folder = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await server.ExecuteAsync("ALTER SYSTEM SET timezone = 'America/New_York'");
        try
        {
            await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
            await server.ExecuteAsync("CREATE TABLE zoned AS SELECT 1 AS n");
            var moment = await server.MomentAsync();
            await server.ExecuteAsync("DROP TABLE zoned");
            var result = await RecoverAsync(context, new RecoveryOptions { PointInTime = moment, TargetDatabase = "zoned one" });
            Assert.True(result.LastTransaction <= moment && result.StoppedBefore > moment, $"{result.LastTransaction:O} {moment:O} {result.StoppedBefore:O}");
            Assert.Equal(1L, await server.ScalarAsync("SELECT count(*) FROM zoned", "zoned one"));
            await server.ExecuteAsync("DROP DATABASE \"zoned one\"");
        }
        finally
        {
            await server.ExecuteAsync("ALTER SYSTEM RESET timezone");
        }
    }

    [Fact]
    public async Task A_time_that_is_archived_is_reached_though_the_server_archives_no_more()
    {
        using var folder = new TemporaryFolder();
        var reporter = new StoppingReporter(null, long.MaxValue);
        var context = server.Context(folder.Path, reporter: reporter);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        await server.ExecuteAsync("CREATE TABLE archived AS SELECT 1 AS n");
        var moment = await server.MomentAsync();
        await server.ExecuteAsync("DROP TABLE archived");
        var segment = (string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_switch_wal())"))!;
        for (var attempt = 0; attempt < 600 && !File.Exists(Path.Combine(server.Server.ArchiveFolder, segment)); attempt++)
        {
            await Task.Delay(50);
        }

        await server.ExecuteAsync("ALTER SYSTEM SET archive_command = 'false'");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
        try
        {
            var result = await RecoverAsync(context, new RecoveryOptions { PointInTime = moment, TargetDatabase = "archived one", ArchiveTimeout = TimeSpan.FromSeconds(2) });
            Assert.True(result.Verified);
            Assert.Equal(1L, await server.ScalarAsync("SELECT count(*) FROM archived", "archived one"));
            Assert.Contains(reporter.Said, line => line.StartsWith("WARNING:", StringComparison.Ordinal) && line.Contains("was not archived within 2 s", StringComparison.Ordinal));
            await server.ExecuteAsync("DROP DATABASE \"archived one\"");
        }
        finally
        {
            await server.ExecuteAsync("ALTER SYSTEM RESET archive_command");
            await server.ExecuteAsync("SELECT pg_reload_conf()");
        }
    }

    [Fact]
    public async Task A_place_too_deep_for_a_socket_is_refused_before_anything_is_laid_down()
    {
        using var folder = new TemporaryFolder();
        using var place = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        var deep = Path.Combine(place.Path, new string('d', 80));
        var error = await Assert.ThrowsAsync<OperationException>(async () => await RecoverAsync(
            context, new RecoveryOptions { PointInTime = await server.MomentAsync(), TargetDatabase = "deep", WorkDirectory = deep }));
        Assert.Equal(RecoveryErrors.FolderNotUsable, error.Definition);
        Assert.Empty(Directory.EnumerateFileSystemEntries(place.Path));
    }

    [Theory]
    [InlineData("Laying down")]
    [InlineData("starting PostgreSQL")]
    [InlineData("restored log file")]
    [InlineData("archive recovery complete")]
    [InlineData("dumping contents of table")]
    [InlineData("processing data for table")]
    [InlineData("comparing")]
    public async Task Stopped_at_any_moment_the_live_server_is_as_it_was(string words)
    {
        using var folder = new TemporaryFolder();
        using var work = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        var moment = await server.MomentAsync();
        using var stop = new CancellationTokenSource();
        var stopped = server.Context(folder.Path, reporter: new StoppingReporter(stop, long.MaxValue, words));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RecoverAsync(
            stopped, new RecoveryOptions { PointInTime = moment, TargetDatabase = "stopped", WorkDirectory = work.Path }, stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(work.Path));
        Assert.Equal(0L, await server.ScalarAsync("SELECT count(*) FROM pg_database WHERE datname IN ('stopped') OR datname LIKE 'civicq_restore%'"));
        await server.AssertNothingLeftAsync();
    }
}
