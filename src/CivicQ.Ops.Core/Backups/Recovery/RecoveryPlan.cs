using System.Globalization;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Backups.Wal;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>From which base backups a time can be reached, and whether the WAL reaches from them to it.</summary>
internal static class RecoveryPlan
{
    // The clocks of the server and of the archive's disk differ a little.
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(2);

    /// <summary>The archive of an environment.</summary>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.NoArchive"/>, <see cref="RecoveryErrors.ArchiveNotReadable"/>.</exception>
    public static SegmentArchive Archive(EnvironmentContext context, long? segmentBytes) => context.Environment.Backups?.WalArchive is { } folder
        ? SegmentArchive.Read(Path.GetFullPath(folder, CurrentFolder.Path), segmentBytes)
        : throw new OperationException(RecoveryErrors.NoArchive, $"Environment '{context.Name}' names no WAL archive, and without it no time between two backups can be reached.", context.Name);

    /// <summary>The base backups that a time can be reached from, the best first: the least WAL is to be replayed from the newest.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="all">All backups.</param>
    /// <param name="time">The time.</param>
    /// <param name="name">The one that was named; without it those of the environment's own.</param>
    /// <param name="systemIdentifier">The live server's identifier, where it is known.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.TimeNotReachable"/>, <see cref="BackupErrors.NotFound"/> and its like.</exception>
    public static IReadOnlyList<FoundBackup> Choose(EnvironmentContext context, IReadOnlyList<FoundBackup> all, DateTimeOffset time, string? name, string? systemIdentifier)
    {
        var physical = name is null
            ? all.Where(one => one.Info is { Kind: BackupKind.Physical, State: BackupState.Complete, IsOwn: true }).ToList()
            : [BackupCatalogue.Choose(context, all, name, BackupKind.Physical, null)];
        if (physical.Count == 0)
        {
            var others = BackupCatalogue.Others(all.Where(one => one.Info.Kind == BackupKind.Physical), ": name one with -Name");
            throw new OperationException(BackupErrors.NotFound, $"Environment '{context.Name}' has no physical backup to begin with{others}. Backup-CivicQDatabase -Physical makes one, for the next time.", context.Name);
        }

        // WAL of one server is nothing to another, whatever its segments are called.
        var own = physical.Where(one => systemIdentifier is null || one.Info.Manifest!.SystemIdentifier is not { } theirs || theirs == systemIdentifier).ToList();
        if (own.Count == 0)
        {
            throw new OperationException(
                BackupErrors.NotFound,
                $"The physical backups of environment '{context.Name}' are of another server (system identifier {string.Join(", ", physical.Select(one => one.Info.Manifest!.SystemIdentifier).Distinct())}, and the live one has {systemIdentifier}).", context.Name);
        }

        var fit = own.Where(one => one.Info.Manifest!.EndTime <= time).OrderByDescending(one => one.Info.Manifest!.EndTime).ThenBy(one => one.Info.Location).ToList();
        return fit.Count > 0 ? fit : throw new OperationException(
            RecoveryErrors.TimeNotReachable,
            $"{Text(time)} is before the end of the first physical backup ({own.MinBy(one => one.Info.Manifest!.EndTime)!.Info.Name}, {Text(own.Min(one => one.Info.Manifest!.EndTime))}), and WAL can only be replayed forwards.", context.Name);
    }

    /// <summary>How far the archive reaches from a base backup on, which holds the WAL up to its end itself.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="manifest">The base backup.</param>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.ArchiveCompressed"/>: what comes first or next cannot be read here.</exception>
    public static WalReach Reach(SegmentArchive archive, BackupManifest manifest)
    {
        archive.EnsureReadable(ProgramFinder.Find);
        var reach = archive.From(manifest.Timeline ?? 1, WalPosition.Parse(manifest.EndLsn!));
        return archive.StrangeForm(reach.Missing) is { } strange
            ? throw new OperationException(RecoveryErrors.ArchiveCompressed, $"{archive.Folder} has {reach.Missing} as {strange}, which nothing here reads.", strange)
            : reach;
    }

    /// <summary>Sees to it that the WAL is there from a base backup to the time.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="manifest">The base backup.</param>
    /// <param name="time">The time.</param>
    /// <param name="switched">True where the live server has just archived all that it had.</param>
    /// <returns>How many segments there are to replay at most.</returns>
    /// <exception cref="OperationException"><see cref="RecoveryErrors.WalMissing"/>, <see cref="RecoveryErrors.TimeNotReachable"/>, <see cref="RecoveryErrors.ArchiveCompressed"/>.</exception>
    public static int Prove(SegmentArchive archive, BackupManifest manifest, DateTimeOffset time, bool switched)
    {
        var end = WalPosition.Parse(manifest.EndLsn!);
        var reach = Reach(archive, manifest);
        if (reach.IsGap && (reach.Last is null || time > reach.Last.LastWrite))
        {
            throw new OperationException(
                RecoveryErrors.WalMissing,
                $"{archive.Folder} has no {reach.Missing}, and later segments: from {manifest.Name} recovery comes no further than {(reach.Last is null ? "the backup's own end" : Text(reach.Last.LastWrite))}.", reach.Missing);
        }

        if (!reach.IsGap && !switched && (reach.Last is null || time > reach.Last.LastWrite + Tolerance))
        {
            throw new OperationException(
                RecoveryErrors.TimeNotReachable,
                $"{archive.Folder} ends {(reach.Last is null ? $"before {reach.Missing}" : $"with {reach.Last.Name}, written {Text(reach.Last.LastWrite)}")}: {Text(time)} is after it.", archive.Folder);
        }

        return reach.Last is null ? 0 : (int)Math.Min(int.MaxValue, reach.Last.Number - (end / (ulong)archive.SegmentBytes) + 1);
    }

    /// <summary>A time for messages.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
