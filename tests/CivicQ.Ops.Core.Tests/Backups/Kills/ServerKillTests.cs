using System.Diagnostics;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Errors;
using Xunit.Abstractions;

namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>The servers are killed in the middle of a backup, and started again.</summary>
[Collection(KillCollection.Name)]
public sealed class ServerKillTests(ArchivingDatabase database, ITestOutputHelper output)
{
    [SkippableFact]
    public async Task An_s3_server_that_dies_in_the_middle_leaves_nothing_that_does_not_verify_and_the_next_backup_sweeps()
    {
        var server = await S3Lab.OwnAsync();
        try
        {
            using var lab = await KillLab.OpenAsync(database, server);
            await database.MakeLargeAsync();
            var moments = new Moments(output);
            await LargeAsync(lab);
            var clock = Stopwatch.StartNew();
            await LargeAsync(lab);
            var whole = clock.Elapsed;
            const int Count = 3;
            for (var number = 0; number < Count; number++)
            {
                // Once it comes back at once, and requests may be sent again; twice it is away until the backup has failed.
                var comesBack = number == 1;
                var after = moments.Next(whole, number, Count);
                var moment = $"{number} (seed {moments.Seed}): killed after {after.TotalSeconds:0.00} of {whole.TotalSeconds:0.00} s";
                var running = LargeAsync(lab);
                await Task.Delay(after);
                await server.KillAsync();
                var reviving = comesBack ? server.ReviveAsync() : Task.CompletedTask;
                var error = await EndAsync(running, moment);
                Assert.True(error is null || error.Definition.Id.StartsWith("Storage", StringComparison.Ordinal), $"{moment}: {error?.Definition.Id} {error?.Message}");
                await (comesBack ? reviving : server.ReviveAsync());
                await database.NothingHeldAsync(moment);
                await lab.AllGoodAsync(moment);
                Assert.True((await LargeAsync(lab)).Verified, moment);
                await lab.NothingLeftAsync(moment);
            }

            await lab.AllGoodAsync("at the end", deep: true);
            await database.ScalarAsync($"DROP DATABASE {ArchivingDatabase.Large}");
        }
        finally
        {
            await server.RemoveAsync();
        }
    }

    [SkippableTheory]
    [InlineData(BackupKind.Logical)]
    [InlineData(BackupKind.Physical)]
    public async Task A_database_server_that_stops_at_once_leaves_nothing_that_does_not_verify_and_the_next_backup_sweeps(BackupKind kind)
    {
        using var lab = await KillLab.OpenAsync(database);
        var moments = new Moments(output);
        await BackupAsync(lab, kind);
        var clock = Stopwatch.StartNew();
        await BackupAsync(lab, kind);
        var whole = clock.Elapsed;
        const int Count = 4;
        var failed = 0;
        for (var number = 0; number < Count; number++)
        {
            var after = moments.Next(whole, number, Count);
            var moment = $"{number} (seed {moments.Seed}): stopped after {after.TotalSeconds:0.00} of {whole.TotalSeconds:0.00} s";
            var running = BackupAsync(lab, kind);
            await Task.Delay(after);
            await database.StopAtOnceAsync();
            try
            {
                var error = await EndAsync(running, moment);
                failed += error is null ? 0 : 1;
                Assert.True(
                    error is null || error.Definition == BackupErrors.ProgramFailed || error.Definition.Id.StartsWith("Database", StringComparison.Ordinal), $"{moment}: {error?.Definition.Id} {error?.Message}");
                Assert.True(
                    error is null || error.Definition == BackupErrors.ProgramFailed || error.Message.Contains($"{database.Server.Host}:{database.Server.Port}", StringComparison.Ordinal), $"{moment}: {error?.Message} does not say where.");
                await lab.AllGoodAsync(moment);
                await lab.NothingLeftAsync(moment);
            }
            finally
            {
                await database.StartAgainAsync();
            }

            Assert.True((await BackupAsync(lab, kind)).Verified, moment);
            await database.NothingHeldAsync(moment);
        }

        Assert.True(failed > 0, "No backup noticed that its server was gone.");
        await lab.AllGoodAsync("at the end", deep: true);
    }

    // It goes in several parts.
    private static Task<BackupResult> LargeAsync(KillLab lab) => LogicalBackup.RunAsync(lab.Context, new LogicalOptions { Database = ArchivingDatabase.Large }, CancellationToken.None);

    private static Task<BackupResult> BackupAsync(KillLab lab, BackupKind kind) => kind == BackupKind.Logical
        ? LogicalBackup.RunAsync(lab.Context, new LogicalOptions(), CancellationToken.None)
        : PhysicalBackup.RunAsync(lab.Context, new PhysicalOptions(), CancellationToken.None);

    private async Task<OperationException?> EndAsync(Task<BackupResult> running, string moment)
    {
        try
        {
            var made = await running.WaitAsync(TimeSpan.FromMinutes(3));
            Assert.True(made.Verified, moment);
            output.WriteLine($"{moment}: it was made all the same.");
            return null;
        }
        catch (OperationException error)
        {
            output.WriteLine($"{moment}: {error.Definition.Id} {error.Message}");
            return error;
        }
    }
}
