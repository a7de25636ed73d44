using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>Archives that are damaged somewhere: a server ends its recovery there without a complaint, and the drill must not.</summary>
[Collection(PhysicalCollection.Name)]
public sealed class ReplayEndTests(ArchivingServer server)
{
    private const int Used = 500_000;

    [SkippableTheory]
    [InlineData("gzip", ".gz", 1)]
    [InlineData("gzip", ".gz", 2)]
    [InlineData("zstd", ".zst", 1)]
    public async Task A_compressed_segment_that_was_cut_is_named(string program, string end, int which)
    {
        Skip.If(ProgramFinder.Find(program) is null, $"{program} is not installed.");
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        var (context, segments) = await PrepareAsync(folder.Path, copy.Path);
        var file = copy.File(segments[which]);
        var time = File.GetLastWriteTimeUtc(file);
        await SupervisedProcess.RunAsync(new SupervisedCommand { Program = program, Arguments = ["-q", file], Folder = copy.Path, Variables = new Dictionary<string, string?>() }, (_, _) => { }, CancellationToken.None);
        File.Delete(file);
        await using (var stream = new FileStream(file + end, FileMode.Open))
        {
            stream.SetLength(stream.Length / 2);
        }

        Open(copy.Path);
        File.SetLastWriteTimeUtc(file + end, time);
        var result = await TestAsync(context);
        Assert.Equal((false, false, "Recovery"), (result.Passed, result.Verified, result.Steps[^1].Name));
        Assert.Contains(segments[which], result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flipped_byte_in_the_middle_of_the_archive_is_named()
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        var (context, segments) = await PrepareAsync(folder.Path, copy.Path);
        await FlipAsync(copy.File(segments[1]));
        var result = await TestAsync(context);
        Assert.Equal((false, false, "Recovery"), (result.Passed, result.Verified, result.Steps[^1].Name));
        Assert.Contains(segments[1], result.Reason, StringComparison.Ordinal);
        // The time asked for lies behind it.
        var moment = new DateTimeOffset(File.GetLastWriteTimeUtc(copy.File(segments[2])), TimeSpan.Zero);
        var timed = await RecoveryTest.RunAsync(context, new RecoveryTestOptions { PointInTime = moment }, CancellationToken.None);
        Assert.False(timed.Passed);
        Assert.Contains(segments[1], timed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flipped_byte_in_the_last_segment_counts_as_loss()
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        var (context, segments) = await PrepareAsync(folder.Path, copy.Path);
        await FlipAsync(copy.File(segments[2]));
        var result = await TestAsync(context);
        Assert.True(result.Verified);
        // The small transaction before it counts; that the segment was archived later does not.
        Assert.InRange(result.RecoveryTime!.Value.UtcDateTime, File.GetLastWriteTimeUtc(copy.File(segments[1])), File.GetLastWriteTimeUtc(copy.File(segments[2])).AddTicks(-1));
        Assert.Contains(result.Steps, step => step.Name == "Recovery" && step.Detail.Contains(segments[2], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_whole_archive_counts_up_to_its_last_segment()
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        var (context, segments) = await PrepareAsync(folder.Path, copy.Path);
        var result = await TestAsync(context);
        Assert.Null(result.Reason);
        Assert.Equal(File.GetLastWriteTimeUtc(copy.File(segments[2])), result.RecoveryTime!.Value.UtcDateTime);
    }

    [Fact]
    public async Task An_archive_that_ends_within_a_record_of_several_segments_is_whole()
    {
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        var context = Context(folder.Path, copy.Path);
        await PhysicalBackup.RunAsync(server.Context(folder.Path), new PhysicalOptions(), CancellationToken.None);
        await server.ExecuteAsync("INSERT INTO votes (user_id) VALUES (1)");
        var next = (string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_current_wal_lsn() + 16 * 1024 * 1024)"))!;
        await server.ExecuteAsync("SELECT pg_logical_emit_message(true, 'test', repeat('y', 40 * 1024 * 1024))");
        await SwitchAsync();
        Copy(copy.Path);
        foreach (var file in Directory.GetFiles(copy.Path).Where(file => string.CompareOrdinal(Path.GetFileName(file), next) > 0))
        {
            File.Delete(file);
        }

        Assert.True(File.Exists(copy.File(next)));
        var result = await TestAsync(context);
        Assert.Null(result.Reason);
        Assert.True(result.Passed);
    }

    // Three segments after the backup, the second and third with more than half a megabyte of one transaction each.
    private async Task<(EnvironmentContext Context, string[] Segments)> PrepareAsync(string backups, string copy)
    {
        await PhysicalBackup.RunAsync(server.Context(backups), new PhysicalOptions(), CancellationToken.None);
        var segments = new string[3];
        for (var number = 0; number < segments.Length; number++)
        {
            await server.ExecuteAsync("INSERT INTO votes (user_id) SELECT user_id FROM votes LIMIT 1");
            await server.ExecuteAsync("CREATE TABLE IF NOT EXISTS bulk (text text); INSERT INTO bulk SELECT repeat('x', 100) FROM generate_series(1, 10000)");
            segments[number] = await SwitchAsync();
        }

        // Other tests count the server's rows.
        await server.ExecuteAsync("DROP TABLE bulk");
        Copy(copy);
        return (Context(backups, copy), segments);
    }

    private EnvironmentContext Context(string backups, string archive) => server.Context(backups, change: one => one with { WalArchive = archive });

    private async Task<string> SwitchAsync()
    {
        var segment = (string)(await server.ScalarAsync("SELECT pg_walfile_name(pg_switch_wal())"))!;
        for (var attempt = 0; attempt < 1200 && !string.Equals((string?)await server.ScalarAsync("SELECT last_archived_wal FROM pg_stat_archiver"), segment, StringComparison.Ordinal); attempt++)
        {
            await Task.Delay(50);
        }

        Assert.True(File.Exists(Path.Combine(server.Server.ArchiveFolder, segment)));
        return segment;
    }

    private void Copy(string folder)
    {
        foreach (var file in Directory.GetFiles(server.Server.ArchiveFolder))
        {
            var target = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, target);
            File.SetLastWriteTimeUtc(target, File.GetLastWriteTimeUtc(file));
        }

        Open(folder);
    }

    // The recovering server runs under an account of its own.
    private static void Open(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        foreach (var file in Directory.GetFiles(folder))
        {
            File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.OtherRead);
        }
    }

    private static async Task FlipAsync(string file)
    {
        var time = File.GetLastWriteTimeUtc(file);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[Used] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        File.SetLastWriteTimeUtc(file, time);
    }

    private static Task<RecoveryTestResult> TestAsync(EnvironmentContext context) =>
        RecoveryTest.RunAsync(context, new RecoveryTestOptions { Kind = BackupKind.Physical }, CancellationToken.None);
}
