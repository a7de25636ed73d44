using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Tests.Database;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

[Collection(PhysicalCollection.Name)]
public class PhysicalBackupTests(ArchivingServer server)
{
    private static readonly PhysicalOptions Options = new();

    [Fact]
    public async Task A_backup_is_whole_and_says_where_recovery_begins()
    {
        using var folder = new TemporaryFolder();
        var context = server.Context(folder.Path);
        var result = await PhysicalBackup.RunAsync(context, Options, CancellationToken.None);
        var manifest = result.Manifest;
        Assert.Equal((BackupKind.Physical, BackupFormat.BaseTar, "civicq"), (result.Kind, result.Format, result.Database));
        Assert.Equal(await server.ScalarAsync("SELECT system_identifier::text FROM pg_control_system()"), manifest.SystemIdentifier);
        Assert.Equal(1, manifest.Timeline);
        Assert.Equal(true, await server.ScalarAsync($"SELECT '{manifest.StartLsn}'::pg_lsn < '{manifest.EndLsn}'::pg_lsn AND '{manifest.EndLsn}'::pg_lsn <= pg_current_wal_lsn()"));
        Assert.True(manifest.DatabaseBytes > 1 << 20);
        Assert.StartsWith("pg_basebackup (PostgreSQL) ", manifest.Tool, StringComparison.Ordinal);
        var listed = Assert.Single(await BackupCatalogue.ListAsync(context, [new FolderStore(folder.Path)], DateTimeOffset.UtcNow, CancellationToken.None));
        Assert.Equal((BackupState.Complete, true), (listed.Info.State, listed.Info.IsLatest));
        Assert.Null(await ReadAsync(listed.Store, listed.Stored.Path, manifest));
        await server.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_flipped_byte_is_found_wherever_it_is()
    {
        using var folder = new TemporaryFolder();
        var result = await PhysicalBackup.RunAsync(server.Context(folder.Path), Options, CancellationToken.None);
        var store = new FolderStore(folder.Path);
        var path = BackupPath.Parse("civicq", "physical", result.Name)!;
        var file = Path.Combine(result.Paths[0], result.Manifest.FileName);
        var good = await File.ReadAllBytesAsync(file);
        var random = new Random(5);
        for (var i = 0; i < 12; i++)
        {
            var bad = (byte[])good.Clone();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(file, bad);
            await using var stream = await store.OpenAsync(path, result.Manifest.FileName, CancellationToken.None);
            var reading = await BackupReader.ReadAsync(stream, compressed: true, new BaseCheck(), CancellationToken.None);
            Assert.True(reading.Sha256 != result.Manifest.Sha256);
            await DamagedAsync();
        }

        await File.WriteAllBytesAsync(file, good);
        foreach (var other in new[] { ManifestText.ManifestFile, ManifestText.SumsFile })
        {
            var text = Path.Combine(result.Paths[0], other);
            var whole = await File.ReadAllBytesAsync(text);
            var bad = (byte[])whole.Clone();
            bad[random.Next(bad.Length)] ^= 1;
            await File.WriteAllBytesAsync(text, bad);
            await DamagedAsync();
            await File.WriteAllBytesAsync(text, whole);
        }

        async Task DamagedAsync()
        {
            var tests = await DatabaseFixture.ListAsync(BackupExaminer.TestAsync(server.Context(folder.Path), new BackupQuery(), error => throw error, CancellationToken.None));
            Assert.False(Assert.Single(tests).Passed);
        }
    }

    [Fact]
    public async Task The_session_that_holds_lock_and_slot_outlives_the_servers_patience()
    {
        using var folder = new TemporaryFolder();
        await server.ExecuteAsync("ALTER DATABASE civicq SET idle_session_timeout = '1s'");
        try
        {
            await using var source = await PhysicalSource.OpenAsync(server.Context(folder.Path), CancellationToken.None);
            await Task.Delay(2500);
            await source.EnsureHeldAsync(CancellationToken.None);
            Assert.Equal(1L, await server.ScalarAsync("SELECT count(*) FROM pg_replication_slots WHERE temporary"));
        }
        finally
        {
            await server.ExecuteAsync("ALTER DATABASE civicq RESET idle_session_timeout");
        }
    }

    [Fact]
    public async Task A_backup_whose_lock_was_lost_is_not_published()
    {
        using var folder = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await using var source = await PhysicalSource.OpenAsync(context, CancellationToken.None);
        await server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
        var error = await Assert.ThrowsAsync<OperationException>(() => source.EnsureHeldAsync(CancellationToken.None));
        Assert.StartsWith("Database", error.Definition.Id, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_at_once_exclude_each_other()
    {
        using var folder = new TemporaryFolder();
        await using var source = await PhysicalSource.OpenAsync(server.Context(folder.Path), CancellationToken.None);
        Assert.Equal(1L, await server.ScalarAsync("SELECT count(*) FROM pg_replication_slots WHERE temporary AND restart_lsn IS NOT NULL"));
        var error = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(server.Context(folder.Path), Options, CancellationToken.None));
        Assert.Equal(BackupErrors.Busy, error.Definition);
        Assert.Contains("process ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_replicate_is_told_so()
    {
        await server.ExecuteAsync("DROP ROLE IF EXISTS \"weak one\"; CREATE ROLE \"weak one\" LOGIN PASSWORD 'weak'");
        using var folder = new TemporaryFolder();
        var error = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(server.Context(folder.Path, "weak one", "weak"), Options, CancellationToken.None));
        Assert.Equal(RecoveryErrors.RoleTooWeak, error.Definition);
        Assert.Contains("ALTER ROLE \"weak one\" REPLICATION", error.Message, StringComparison.Ordinal);
        await server.ExecuteAsync("ALTER ROLE \"weak one\" REPLICATION");
        var result = await PhysicalBackup.RunAsync(server.Context(folder.Path, "weak one", "weak"), Options, CancellationToken.None);
        Assert.True(result.Verified);
    }

    [Fact]
    public async Task A_server_that_cannot_be_copied_says_why()
    {
        await using var plain = await LabPostgres.StartAsync(new LabPostgresOptions { Settings = new Dictionary<string, string> { ["wal_level"] = "minimal", ["max_wal_senders"] = "0" } });
        var context = server.Context();
        context = context with
        {
            Environment = context.Environment with { Database = context.Environment.Database! with { Port = plain.Port, Name = "postgres", User = plain.User } },
            Secrets = new Web.FixedSecrets(plain.Password),
        };
        var error = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(context, Options, CancellationToken.None));
        Assert.Equal(RecoveryErrors.ServerNotReady, error.Definition);
        Assert.Contains("wal_level is minimal, and must be replica; max_wal_senders is 0", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(100)]
    public async Task Stopped_at_any_moment_nothing_is_left(long after)
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var reporter = new StoppingReporter(stop, after);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PhysicalBackup.RunAsync(server.Context(folder.Path, reporter: reporter), Options, stop.Token));
        Assert.Empty(Directory.Exists(folder.Path) ? Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories) : []);
        await server.AssertNothingLeftAsync();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(80)]
    public async Task A_server_that_dies_leaves_no_backup(long after)
    {
        await using var dying = await LabPostgres.StartAsync(new LabPostgresOptions());
        using var folder = new TemporaryFolder();
        var reporter = new StoppingReporter(null, after) { Then = () => System.Diagnostics.Process.GetProcessById(dying.ProcessId).Kill() };
        var context = server.Context(folder.Path, reporter: reporter);
        context = context with
        {
            Environment = context.Environment with { Database = context.Environment.Database! with { Port = dying.Port, Name = "postgres", User = dying.User } },
            Secrets = new Web.FixedSecrets(dying.Password),
        };
        var error = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(context, Options, CancellationToken.None));
        Assert.Equal(BackupErrors.ProgramFailed, error.Definition);
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task What_a_killed_recovery_left_goes_with_the_next_one_and_what_lives_stays()
    {
        using var work = new TemporaryFolder();
        var left = Directory.CreateDirectory(Path.Combine(work.Path, "civicq-recovery-0123456789ab", "data")).Parent!;
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "data", "postmaster.pid"), System.Environment.ProcessId + "\n/elsewhere\n");
        await using var living = Core.Backups.Servers.ThrowAwayFolder.Make(work.Path, 0, Core.Operations.NullReporter.Instance);
        Assert.False(left.Exists && Directory.Exists(left.FullName));
        await using (var next = Core.Backups.Servers.ThrowAwayFolder.Make(work.Path, 0, Core.Operations.NullReporter.Instance))
        {
            Assert.Equal(2, Directory.GetDirectories(work.Path).Length);
        }

        Assert.Equal([living.Path], Directory.GetDirectories(work.Path));
        var error = Assert.Throws<OperationException>(() => Core.Backups.Servers.ThrowAwayFolder.Make(work.Path, long.MaxValue, Core.Operations.NullReporter.Instance));
        Assert.Equal(BackupErrors.NoRoom, error.Definition);
        Assert.Equal([living.Path], Directory.GetDirectories(work.Path));
    }

    private static async Task<string?> ReadAsync(IBackupStore store, BackupPath path, BackupManifest manifest)
    {
        await using var stream = await store.OpenAsync(path, manifest.FileName, CancellationToken.None);
        return (await BackupReader.ReadAsync(stream, compressed: true, new BaseCheck(), CancellationToken.None)).Damage;
    }
}
