using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Wal;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>WAL archives whose <c>archive_command</c> compresses.</summary>
[Collection(PhysicalCollection.Name)]
public sealed class CompressedArchiveTests(ArchivingServer server)
{
    [SkippableTheory]
    [InlineData("gzip", "gzip -c", ".gz")]
    [InlineData("zstd", "zstd -qc", ".zst")]
    public async Task Compressed_wal_is_recovered_from(string program, string command, string end)
    {
        Skip.If(ProgramFinder.Find(program) is null, $"{program} is not installed.");
        using var folder = new TemporaryFolder();
        await ArchiveAsync($"{command} %p > ARCHIVE/%f.part && mv ARCHIVE/%f.part ARCHIVE/%f{end}", async () =>
        {
            var context = server.Context(folder.Path);
            await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
            await server.ExecuteAsync($"CREATE TABLE pressed AS SELECT g FROM generate_series(1, 1234) g; SELECT pg_switch_wal(); INSERT INTO pressed SELECT g FROM generate_series(1, 66) g");
            var moment = await server.MomentAsync();
            await server.ExecuteAsync("DROP TABLE pressed");
            var database = "from_" + program;
            await using var recovery = await PointInTimeRecovery.PrepareAsync(context, new RecoveryOptions { PointInTime = moment, TargetDatabase = database }, CancellationToken.None);
            var result = await recovery.ExecuteAsync(CancellationToken.None);
            Assert.True(result is { Verified: true, WalSegments: > 0 });
            Assert.Equal(1300L, await server.ScalarAsync("SELECT count(*) FROM pressed", database));
            Assert.Contains(Directory.EnumerateFiles(server.Server.ArchiveFolder), file => file.EndsWith(end, StringComparison.Ordinal));
            await server.ExecuteAsync($"DROP DATABASE {database}");
        });
    }

    [Fact]
    public async Task A_form_that_nothing_here_reads_is_named()
    {
        using var folder = new TemporaryFolder();
        await ArchiveAsync("cp %p ARCHIVE/%f.lz4", async () =>
        {
            var context = server.Context(folder.Path);
            await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
            await server.ExecuteAsync("INSERT INTO votes (user_id) SELECT user_id FROM votes LIMIT 1");
            var segment = (string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_switch_wal())"))!;
            for (var attempt = 0; attempt < 1200 && !File.Exists(Path.Combine(server.Server.ArchiveFolder, segment + ".lz4")); attempt++)
            {
                await Task.Delay(50);
            }

            var error = await Assert.ThrowsAsync<OperationException>(() => PointInTimeRecovery.PrepareAsync(
                context, new RecoveryOptions { PointInTime = DateTimeOffset.UtcNow, Replace = true }, CancellationToken.None));
            Assert.Equal(RecoveryErrors.ArchiveCompressed, error.Definition);
            Assert.Contains(".lz4, which nothing here reads", error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task A_program_that_is_missing_is_named_before_anything_is_done()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("000000010000000000000001"), new byte[16 << 20]);
        SegmentArchive.Read(folder.Path).EnsureReadable(_ => null);
        SegmentArchive.Read(folder.Path).EnsureReadable(_ => null, onWindows: true);
        await File.WriteAllBytesAsync(folder.File("000000010000000000000002.zst"), [1]);
        await File.WriteAllBytesAsync(folder.File("00000002.history.gz"), [1]);
        var archive = SegmentArchive.Read(folder.Path);
        archive.EnsureReadable(program => program == "zstd" ? "/bin/zstd" : null);
        var error = Assert.Throws<OperationException>(() => archive.EnsureReadable(_ => null));
        Assert.Equal(RecoveryErrors.ArchiveCompressed, error.Definition);
        Assert.Contains("zstd is not installed", error.Message, StringComparison.Ordinal);
        Assert.Null(archive.StrangeForm("000000010000000000000002"));
        // There restore_command is a plain copy, whatever is installed.
        var copied = Assert.Throws<OperationException>(() => archive.EnsureReadable(program => program, onWindows: true));
        Assert.Equal(RecoveryErrors.ArchiveCompressed, copied.Definition);
    }

    private async Task ArchiveAsync(string command, Func<Task> test)
    {
        await server.ExecuteAsync($"ALTER SYSTEM SET archive_command = '{command.Replace("ARCHIVE", server.Server.ArchiveFolder, StringComparison.Ordinal)}'");
        await server.ExecuteAsync("SELECT pg_reload_conf()");
        await Task.Delay(300);
        try
        {
            await test();
        }
        finally
        {
            await server.ExecuteAsync("ALTER SYSTEM RESET archive_command");
            await server.ExecuteAsync("SELECT pg_reload_conf()");
        }
    }
}
