using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;

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
        }
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

    private static async Task<string?> ReadAsync(IBackupStore store, BackupPath path, BackupManifest manifest)
    {
        await using var stream = await store.OpenAsync(path, manifest.FileName, CancellationToken.None);
        return (await BackupReader.ReadAsync(stream, compressed: true, new BaseCheck(), CancellationToken.None)).Damage;
    }
}
