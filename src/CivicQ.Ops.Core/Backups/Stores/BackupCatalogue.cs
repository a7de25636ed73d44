using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>All backups of an environment's places as one list.</summary>
internal static class BackupCatalogue
{
    /// <summary>Lists them, the newest first.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="stores">The places.</param>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<IReadOnlyList<(BackupInfo Info, StoredBackup Stored, IBackupStore Store)>> ListAsync(
        EnvironmentContext context, IReadOnlyList<IBackupStore> stores, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rpo = TimeSpan.FromHours((context.Environment.Backups ?? new BackupSettings()).RpoHours);
        var found = new List<(BackupInfo Info, StoredBackup Stored, IBackupStore Store)>();
        foreach (var store in stores)
        {
            await foreach (var stored in store.ListAsync(cancellationToken).ConfigureAwait(false))
            {
                found.Add((Describe(context, store, stored, now, rpo), stored, store));
            }
        }

        var newest = found.Where(one => one.Info.State == BackupState.Complete)
            .GroupBy(one => (one.Info.Location, one.Stored.Path.Series)).Select(group => group.MaxBy(one => one.Info.StartTime).Info).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. found.Select(one => (newest.Contains(one.Info) ? one.Info with { IsLatest = true } : one.Info, one.Stored, one.Store))
            .OrderByDescending(one => one.Item1.StartTime).ThenBy(one => one.Item1.Name, StringComparer.Ordinal).ThenBy(one => one.Item1.Location)];
    }

    private static BackupInfo Describe(EnvironmentContext context, IBackupStore store, StoredBackup stored, DateTimeOffset now, TimeSpan rpo)
    {
        // Of one without a readable manifest the name alone tells the time.
        var time = stored.Manifest?.StartTime ?? stored.Path.Time;
        return new BackupInfo
        {
            Environment = context.Name,
            Name = stored.Path.Name,
            Kind = stored.Path.Kind,
            Database = stored.Manifest?.Database ?? stored.Path.Source,
            Location = store.Location,
            Path = stored.Address,
            StartTime = time,
            Age = now - time,
            WithinRpo = now - time <= rpo,
            State = stored.Damage is null ? BackupState.Complete : BackupState.Damaged,
            Reason = stored.Damage,
            SizeBytes = stored.SizeBytes,
            Manifest = stored.Manifest,
        };
    }
}
