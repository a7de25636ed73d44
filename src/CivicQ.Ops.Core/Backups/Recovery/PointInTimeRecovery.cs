using System.Diagnostics;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Servers;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Backups.Wal;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>
/// Recovers a server to a point in time, beside the live one: a physical backup from before is laid down, the archived WAL replayed up to the time by a
/// throw-away server, and what that then has is put into the live server as a new database, compared, and swapped by renaming. Or the data directory is
/// left, to be started. Whatever fails before the swap leaves the live server as it was.
/// </summary>
public sealed class PointInTimeRecovery : IAsyncDisposable
{
    // The data directory's share of what a dump takes beside it, and WAL on its way.
    private const long Reserve = 256L << 20;
    private readonly EnvironmentContext context;
    private readonly RecoveryOptions options;
    private readonly BackupStores stores;
    private readonly IReadOnlyList<FoundBackup> candidates;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    private PointInTimeRecovery(EnvironmentContext context, RecoveryOptions options, BackupStores stores, IReadOnlyList<FoundBackup> candidates, string database, string target) =>
        (this.context, this.options, this.stores, this.candidates, Database, Target) = (context, options, stores, candidates, database, target);

    /// <summary>The database that is recovered.</summary>
    public string Database { get; }

    /// <summary>The name that it gets.</summary>
    public string Target { get; }

    /// <summary>The physical backup that it begins with, unless that turns out to be damaged.</summary>
    public BackupInfo Backup => candidates[0].Info;

    /// <summary>What is made, for people.</summary>
    public string Description => options.DataDirectory is { } directory
        ? $"data directory '{Directory(directory)}' from environment '{context.Name}'" : $"database '{Target}' of environment '{context.Name}'";

    /// <summary>What is to be done, for people.</summary>
    public string Action =>
        $"Recover to {RecoveryPlan.Text(options.PointInTime)} from {Backup.Name} and the WAL since"
        + (options.Replace && options.DataDirectory is null ? options.DropPrevious ? "; the present one is dropped" : "; the present one is kept under another name" : "");

    /// <summary>Chooses the backup, and proves as far as can be that the WAL reaches. Nothing is changed yet.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The recovery, to be disposed of.</returns>
    /// <exception cref="OperationException">One of <see cref="RecoveryErrors"/> or <see cref="BackupErrors"/>.</exception>
    public static async Task<PointInTimeRecovery> PrepareAsync(EnvironmentContext context, RecoveryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        var now = DateTimeOffset.UtcNow;
        if (options.PointInTime > now)
        {
            throw new OperationException(RecoveryErrors.TimeNotReachable, $"{RecoveryPlan.Text(options.PointInTime)} has not come yet: it is {RecoveryPlan.Text(now)}.", context.Name);
        }

        var own = (await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false)).Database ?? "postgres";
        var archive = RecoveryPlan.Archive(context, null);
        var live = await ArchiveSwitch.RunAsync(context, null, cancellationToken).ConfigureAwait(false);
        var stores = await BackupStores.OpenAsync(context, options.Folder, options.Locations, cancellationToken).ConfigureAwait(false);
        try
        {
            var all = await BackupCatalogue.ListAsync(context, stores, now, cancellationToken).ConfigureAwait(false);
            var candidates = RecoveryPlan.Choose(context, all, options.PointInTime, options.Name, live?.SystemIdentifier);
            RecoveryPlan.Prove(archive, candidates[0].Info.Manifest!, options.PointInTime, switched: live is not null);
            var target = options.TargetDatabase ?? own;
            if (options.DataDirectory is null)
            {
                // Refused as early as can be: before anybody is asked, and before gigabytes are laid down.
                var server = await RestoreServer.OpenAsync(context, target, options.Replace, cancellationToken).ConfigureAwait(false);
                await using var closing = server.ConfigureAwait(false);
            }
            else
            {
                DataDirectory.EnsureEmpty(Directory(options.DataDirectory));
            }

            return new PointInTimeRecovery(context, options, stores, candidates, options.Database ?? own, target);
        }
        catch
        {
            await stores.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Recovers.</summary>
    /// <param name="cancellationToken">Ends it; the throw-away server and its files go.</param>
    /// <returns>What was recovered.</returns>
    /// <exception cref="OperationException">One of <see cref="RecoveryErrors"/> or <see cref="BackupErrors"/>; nothing was replaced.</exception>
    public async Task<RecoveryResult> ExecuteAsync(CancellationToken cancellationToken)
    {
        var live = await ArchiveSwitch.RunAsync(context, options.ArchiveTimeout, cancellationToken).ConfigureAwait(false);
        if (live is { Archived: null, Reason: { } reason })
        {
            context.Reporter.Warning($"{context.Name}: the server's last WAL was not archived first ({reason}); what is in the archive must do.");
        }

        var archive = RecoveryPlan.Archive(context, live?.SegmentBytes);
        for (var number = 0; ; number++)
        {
            try
            {
                return await RecoverAsync(candidates[number], archive, live?.Archived is not null, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (
                options.Name is null && number < candidates.Count - 1 && (error.Definition == BackupErrors.Damaged || error.Definition == RecoveryErrors.TimeNotReachable))
            {
                context.Reporter.Warning($"{context.Name}: {error.Message} An earlier backup is tried.");
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => stores.DisposeAsync();

    private async Task<RecoveryResult> RecoverAsync(FoundBackup found, SegmentArchive archive, bool switched, CancellationToken cancellationToken)
    {
        var manifest = found.Info.Manifest!;
        var segments = RecoveryPlan.Prove(archive, manifest, options.PointInTime, switched);
        var keeps = options.DataDirectory is not null;
        var folder = ThrowAwayFolder.Make(options.WorkDirectory, (keeps ? 0 : manifest.UncompressedBytes + manifest.SizeBytes) + Reserve, context.Reporter);
        await using var closingFolder = folder.ConfigureAwait(false);
        using var data = DataDirectory.Make(folder, keeps ? Directory(options.DataDirectory!) : null, manifest.UncompressedBytes + Reserve);
        if (await RecoveredServer.LayDownAsync(context, found, folder, data.Path, cancellationToken).ConfigureAwait(false) is { } damage)
        {
            throw new OperationException(BackupErrors.Damaged, $"{found.Info.Path}: {damage}", found.Info.Name);
        }

        var goal = new RecoveryGoal(archive, options.PointInTime, segments);
        var server = await RecoveredServer.StartAsync(context, manifest, folder, data.Path, goal, keeps, cancellationToken).ConfigureAwait(false);
        await using var closingServer = server.ConfigureAwait(false);
        var result = new RecoveryResult
        {
            Environment = context.Name, Database = Target, PointInTime = options.PointInTime, LastTransaction = server.Log.LastTransaction, StoppedBefore = server.Log.StoppedBefore,
            Name = manifest.Name, Path = found.Info.Path, WalSegments = server.Log.Segments, Verified = true,
        };
        if (!keeps)
        {
            return await HandOverAsync(server, folder, result, cancellationToken).ConfigureAwait(false);
        }

        if (!await server.StopAsync().ConfigureAwait(false))
        {
            throw new OperationException(RecoveryErrors.ServerFailed, "The recovered server did not stop in good order.", data.Path);
        }

        data.Keep();
        return result with
        {
            Database = Database, DataDirectory = data.Path, Duration = clock.Elapsed,
            NextStep = $"Look at {System.IO.Path.Combine(data.Path, "postgresql.conf")} (port, archive_command; where it is missing, take the old server's), then: pg_ctl -D '{data.Path}' start",
        };
    }

    // Dumped and restored like any backup: the rows are counted in the recovered server, and again in the live one.
    private async Task<RecoveryResult> HandOverAsync(RecoveredServer server, ThrowAwayFolder folder, RecoveryResult result, CancellationToken cancellationToken)
    {
        var shelf = System.IO.Path.Combine(folder.Path, "dump");
        context.Reporter.Verbose($"{context.Name}: dumping '{Database}' as it was {RecoveryPlan.Text(options.PointInTime)}.");
        var dump = await LogicalBackup.RunAsync(
            server.Context(context, Database), new LogicalOptions { Folder = shelf, Jobs = options.Jobs }, cancellationToken).ConfigureAwait(false);
        var restore = await LogicalRestore.PrepareAsync(
            context,
            new RestoreOptions { Name = dump.Name, Folder = shelf, TargetDatabase = Target, Replace = options.Replace, DropPrevious = options.DropPrevious, Jobs = options.Jobs },
            cancellationToken).ConfigureAwait(false);
        await using var closing = restore.ConfigureAwait(false);
        var restored = await restore.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        return result with
        {
            PreviousDatabase = restored.PreviousDatabase, Tables = restored.Tables, Rows = restored.Rows, Verified = restored.Verified, Duration = clock.Elapsed,
            NextStep = restored.PreviousDatabase is { } kept ? $"What was committed since is in '{kept}' alone: take from it what is still wanted, then drop it." : "",
        };
    }

    private static string Directory(string path) => System.IO.Path.GetFullPath(path, CurrentFolder.Path);
}
