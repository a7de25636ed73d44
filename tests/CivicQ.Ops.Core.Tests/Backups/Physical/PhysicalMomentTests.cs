using System.Diagnostics;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Backups.Kills;
using Xunit.Abstractions;

namespace CivicQ.Ops.Core.Tests.Backups.Physical;

/// <summary>Physical backups that end at random moments, and on a disk that is full.</summary>
[Collection(PhysicalCollection.Name)]
public sealed class PhysicalMomentTests(ArchivingServer server, ITestOutputHelper output)
{
    [Fact]
    public async Task Ended_at_forty_random_moments_nothing_is_left_that_does_not_verify()
    {
        using var folder = new TemporaryFolder();
        var context = server.Context(folder.Path);
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        var clock = Stopwatch.StartNew();
        await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        var whole = clock.Elapsed;
        var moments = new Moments(output);
        var ended = new Dictionary<string, int>();
        for (var number = 0; number < 40; number++)
        {
            var way = (number % 3) switch { 0 => "cancelled", 1 => "pg_basebackup killed", _ => "sessions cut" };
            var moment = $"{number} (seed {moments.Seed}): {way}";
            using var stop = new CancellationTokenSource();
            var running = PhysicalBackup.RunAsync(context, new PhysicalOptions(), stop.Token);
            await Task.Delay(moments.Next(whole, number, 40));
            await EndAsync(way, stop);
            try
            {
                Assert.True((await running).Verified, moment);
            }
            catch (Exception error) when (error is OperationException { Definition.Kind: ErrorKind.InvalidResult or ErrorKind.ConnectionError } or OperationCanceledException || IsDatabaseError(error))
            {
                ended[way] = ended.GetValueOrDefault(way) + 1;
            }

            await LooksGoodAsync(context, folder.Path, moment);
        }

        output.WriteLine(string.Join(", ", ended));
        // The moments are spread over the whole run, so most of them fall into it.
        Assert.True(ended.Values.Sum() >= 10, string.Join(", ", ended));
        Assert.True((await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None)).Verified);
        await LooksGoodAsync(context, folder.Path, "at the end");
        await foreach (var test in BackupExaminer.TestAsync(context, new BackupQuery { Latest = true }, error => throw error, CancellationToken.None))
        {
            Assert.True(test.Passed, test.Reason);
        }
    }

    [SkippableFact]
    public async Task A_full_disk_leaves_the_backups_that_were_there()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.UserName == "root", "Only root can mount a small disk.");
        using var folder = new TemporaryFolder();
        var disk = Directory.CreateDirectory(folder.File("disk")).FullName;
        var first = await PhysicalBackup.RunAsync(server.Context(folder.File("measured")), new PhysicalOptions(), CancellationToken.None);
        await MountAsync("mount", "-t", "tmpfs", "-o", $"size={first.SizeBytes * 3 / 2}", "tmpfs", disk);
        try
        {
            var context = server.Context(disk);
            var made = await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
            foreach (var known in new[] { true, false })
            {
                if (!known)
                {
                    // Nobody knows how large it becomes where none was before: the disk says so in the middle.
                    Directory.Move(Path.Combine(disk, "civicq", "physical"), Path.Combine(disk, "civicq", "aside"));
                }

                var error = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None));
                Assert.Equal(known ? BackupErrors.NoRoom : BackupErrors.WriteFailed, error.Definition);
                Assert.Contains(disk, error.Message, StringComparison.Ordinal);
                await server.AssertNothingLeftAsync();
                Assert.Empty(Directory.EnumerateFileSystemEntries(disk, ".*", SearchOption.AllDirectories));
            }

            Directory.Delete(Path.Combine(disk, "civicq", "physical"), recursive: true);
            Directory.Move(Path.Combine(disk, "civicq", "aside"), Path.Combine(disk, "civicq", "physical"));
            var tests = await Database.DatabaseFixture.ListAsync(BackupExaminer.TestAsync(context, new BackupQuery(), missing => throw missing, CancellationToken.None));
            Assert.Equal((made.Name, true), (Assert.Single(tests).Name, tests[0].Passed));
        }
        finally
        {
            await MountAsync("umount", "-l", disk);
        }
    }

    private static bool IsDatabaseError(Exception error) => error is OperationException operation && operation.Definition.Id.StartsWith("Database", StringComparison.Ordinal);

    private static async Task MountAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    private async Task EndAsync(string way, CancellationTokenSource stop)
    {
        switch (way)
        {
            case "cancelled":
                await stop.CancelAsync();
                break;
            case "sessions cut":
                await server.ScalarAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (backend_type = 'walsender' OR application_name = 'CivicQ.Ops')", "postgres");
                break;
            default:
                OwnProcesses.Kill("pg_basebackup", server.Server.Port);
                break;
        }
    }

    private async Task LooksGoodAsync(EnvironmentContext context, string folder, string moment)
    {
        await server.AssertNothingLeftAsync();
        var found = await BackupExaminer.ListAsync(context, new BackupQuery(), error => throw error, CancellationToken.None);
        Assert.All(found, one => Assert.True(one.State == BackupState.Complete, $"{moment}: {one.Path} {one.Reason}"));
        var series = Path.Combine(folder, "civicq", "physical");
        var pointer = await File.ReadAllTextAsync(Path.Combine(series, "latest.json"));
        Assert.Contains(found, one => pointer.Contains($"\"{one.Name}\"", StringComparison.Ordinal));
        var left = Directory.EnumerateFileSystemEntries(series).Where(path => Path.GetFileName(path)[0] == '.' || path.EndsWith(".tmp", StringComparison.Ordinal)).ToList();
        Assert.True(left.Count == 0, $"{moment}: {string.Join(", ", left)}");
    }
}
