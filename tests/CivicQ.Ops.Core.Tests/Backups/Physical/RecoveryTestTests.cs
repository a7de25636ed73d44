using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

[Collection(PhysicalCollection.Name)]
public class RecoveryTestTests(ArchivingServer server)
{
    [Fact]
    public async Task A_logical_backup_comes_back_and_is_counted()
    {
        using var folder = new TemporaryFolder();
        using var work = new TemporaryFolder();
        var context = server.Context(folder.Path);
        var backup = await LogicalBackup.RunAsync(context, new LogicalOptions(), CancellationToken.None);
        var result = await RecoveryTest.RunAsync(context, new RecoveryTestOptions { WorkDirectory = work.Path }, CancellationToken.None);
        Assert.Null(result.Reason);
        Assert.True(result.Passed && result.Verified);
        Assert.Equal((backup.Name, BackupKind.Logical, backup.Tables, backup.Rows), (result.Name, result.Kind, result.Tables, result.Rows));
        Assert.Equal(["Backup", "Server", "Restore"], result.Steps.Select(step => step.Name));
        Assert.InRange(result.Rpo!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(30));
        Assert.True(result.Rto > TimeSpan.Zero && result.Rto <= result.Duration);
        Assert.Empty(Directory.EnumerateFileSystemEntries(work.Path));
    }

    [Fact]
    public async Task A_physical_backup_comes_back_with_all_archived_wal()
    {
        using var folder = new TemporaryFolder();
        using var work = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        await server.ExecuteAsync("INSERT INTO votes (user_id) SELECT user_id FROM votes LIMIT 3");
        var segment = (string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_switch_wal())"))!;
        for (var attempt = 0; attempt < 400 && !File.Exists(Path.Combine(server.Server.ArchiveFolder, segment)); attempt++)
        {
            await Task.Delay(50);
        }

        var result = await RecoveryTest.RunAsync(context, new RecoveryTestOptions { Kind = BackupKind.Physical, WorkDirectory = work.Path }, CancellationToken.None);
        Assert.Null(result.Reason);
        Assert.True(result.Passed);
        Assert.Equal(Convert.ToInt64(await server.ScalarAsync("SELECT (SELECT count(*) FROM votes) + (SELECT count(*) FROM users)"), null), result.Rows);
        Assert.Equal(["Backup", "Files", "Recovery", "Rows"], result.Steps.Select(step => step.Name));
        Assert.Empty(Directory.EnumerateFileSystemEntries(work.Path));
    }

    [Fact]
    public async Task A_backup_alone_is_good_though_its_wal_is_gone_from_the_archive()
    {
        using var folder = new TemporaryFolder();
        using var archive = new TemporaryFolder();
        await PhysicalBackup.RunAsync(server.Context(folder.Path), new PhysicalOptions(), CancellationToken.None);
        string? last = null;
        for (var i = 0; i < 3; i++)
        {
            await server.ExecuteAsync("INSERT INTO votes (user_id) SELECT user_id FROM votes LIMIT 1");
            last = (string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_switch_wal())"))!;
        }

        var file = Path.Combine(server.Server.ArchiveFolder, last!);
        for (var attempt = 0; attempt < 600 && !File.Exists(file); attempt++)
        {
            await Task.Delay(50);
        }

        // All but the newest was removed.
        File.Copy(file, Path.Combine(archive.Path, last!));
        var context = server.Context(folder.Path, change: one => one with { WalArchive = archive.Path });
        var whole = await RecoveryTest.RunAsync(context, new RecoveryTestOptions(), CancellationToken.None);
        Assert.Equal((false, false), (whole.Passed, whole.Verified));
        var alone = await RecoveryTest.RunAsync(context, new RecoveryTestOptions { BackupOnly = true }, CancellationToken.None);
        Assert.True(alone.Verified, alone.Reason);
    }

    [Fact]
    public async Task A_database_of_the_name_that_every_new_server_has_comes_back_too()
    {
        using var folder = new TemporaryFolder();
        await server.ScalarAsync("CREATE TABLE IF NOT EXISTS own AS SELECT g FROM generate_series(1, 9) g", "postgres");
        var context = server.Context(folder.Path);
        var made = await LogicalBackup.RunAsync(context, new LogicalOptions { Database = "postgres" }, CancellationToken.None);
        var result = await RecoveryTest.RunAsync(context, new RecoveryTestOptions { Name = made.Name }, CancellationToken.None);
        Assert.True(result.Verified, result.Reason);
        Assert.Equal(9, result.Rows);
    }

    [Fact]
    public async Task A_damaged_backup_and_a_missed_objective_do_not_pass()
    {
        using var folder = new TemporaryFolder();
        var context = server.Context(folder.Path, change: one => one with { RpoHours = 1e-9 });
        var backup = await LogicalBackup.RunAsync(context, new LogicalOptions(), CancellationToken.None);
        var late = await RecoveryTest.RunAsync(context, new RecoveryTestOptions(), CancellationToken.None);
        Assert.Equal((false, true), (late.Passed, late.Verified));
        Assert.Contains("would be lost", late.Reason, StringComparison.Ordinal);
        var file = Path.Combine(backup.Paths[0], backup.Manifest.FileName);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var damaged = await RecoveryTest.RunAsync(context, new RecoveryTestOptions(), CancellationToken.None);
        Assert.Equal((false, false), (damaged.Passed, damaged.Verified));
        Assert.False(damaged.Steps[^1].Passed);
        using var empty = new TemporaryFolder();
        var none = await RecoveryTest.RunAsync(server.Context(empty.Path), new RecoveryTestOptions(), CancellationToken.None);
        Assert.False(none.Passed);
    }

    [Fact]
    public async Task The_environments_test_says_which_settings_are_missing()
    {
        using var folder = new TemporaryFolder();
        var good = new List<Core.Environments.EnvironmentTestResult>();
        await server.ExecuteAsync("SELECT pg_switch_wal()");
        await foreach (var result in EnvironmentTest.RunAsync(server.Context(folder.Path), CancellationToken.None))
        {
            good.Add(result);
        }

        Assert.All(good, result => Assert.True(result.Passed, result.Detail));
        Assert.Equal(["Write", "Program"], good.Where(result => result.Component == "Backups").Select(result => result.Check));
        Assert.Equal(["Settings", "Archiver", "Archive"], good.Where(result => result.Component == "WalArchive").Select(result => result.Check));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        await using var plain = await Core.Lab.LabPostgres.StartAsync();
        var context = server.Context("/proc/nowhere");
        context = context with
        {
            Environment = context.Environment with { Database = context.Environment.Database! with { Port = plain.Port, Name = "postgres" } }, Secrets = new Web.FixedSecrets(plain.Password),
        };
        var bad = new List<Core.Environments.EnvironmentTestResult>();
        await foreach (var result in EnvironmentTest.RunAsync(context, CancellationToken.None))
        {
            bad.Add(result);
        }

        Assert.Equal([BackupErrors.WriteFailed.Id, RecoveryErrors.NotArchived.Id], bad.Where(result => !result.Passed).OrderBy(result => result.Component, StringComparer.Ordinal).Select(result => result.ErrorId));
        Assert.Contains("missing: archive_mode = on; archive_command = ", bad.Single(result => result.ErrorId == RecoveryErrors.NotArchived.Id).Detail, StringComparison.Ordinal);
    }
}
