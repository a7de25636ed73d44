using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>All backups of an environment's places as one list.</summary>
internal static class BackupCatalogue
{
    /// <summary>Lists them, the newest first.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="stores">The places.</param>
    /// <param name="now">The present time.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<IReadOnlyList<FoundBackup>> ListAsync(
        EnvironmentContext context, IReadOnlyList<IBackupStore> stores, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rpo = TimeSpan.FromHours((context.Environment.Backups ?? new BackupSettings()).RpoHours);
        var found = new List<FoundBackup>();
        foreach (var store in stores)
        {
            await foreach (var stored in store.ListAsync(series: null, cancellationToken).ConfigureAwait(false))
            {
                found.Add(new FoundBackup(Describe(context, store, stored, now, rpo), stored, store));
            }
        }

        var newest = found.Where(one => one.Info.State == BackupState.Complete)
            .GroupBy(one => (one.Info.Location, one.Stored.Path.Series, one.Info.SourceEnvironment?.ToUpperInvariant())).Select(group => group.MaxBy(one => one.Info.StartTime)!.Info).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. found.Select(one => newest.Contains(one.Info) ? one with { Info = one.Info with { IsLatest = true } } : one)
            .OrderByDescending(one => one.Info.StartTime).ThenBy(one => one.Info.Name, StringComparer.Ordinal).ThenBy(one => one.Info.Location)];
    }

    /// <summary>
    /// Chooses one by its name, or the environment's own newest of a kind that nothing is known against; the nearer of two copies. Another environment's
    /// is taken by its name alone.
    /// </summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.NotFound"/>, <see cref="BackupErrors.Damaged"/>.</exception>
    public static FoundBackup Choose(EnvironmentContext context, IReadOnlyList<FoundBackup> all, string? name, BackupKind? kind, string? database)
    {
        var fit = all.Where(one => (kind is null || one.Info.Kind == kind) && (database is null || string.Equals(one.Info.Database, database, StringComparison.Ordinal))).ToList();
        if (name is null)
        {
            return fit.Find(one => one.Info.State == BackupState.Complete && one.Info.IsOwn) ?? throw new OperationException(
                BackupErrors.NotFound,
                $"Environment '{context.Name}' has no {(kind is { } one ? BackupPath.KindText(one) + " " : "")}backup{(database is null ? "" : $" of {database}")}{Others(fit, ": name one with -Name")}.", context.Name);
        }

        var named = all.Where(one => string.Equals(one.Info.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (named.Count == 0)
        {
            throw new OperationException(
                BackupErrors.NotFound, $"There is no backup '{name}' in environment '{context.Name}'.{NearestName.Hint(name, [.. all.Select(one => one.Info.Name).Distinct(StringComparer.Ordinal)])}", name);
        }

        return kind is { } wanted && named[0].Info.Kind != wanted
            ? throw new OperationException(BackupErrors.WrongKind, $"'{name}' is a {BackupPath.KindText(named[0].Info.Kind)} backup; a {BackupPath.KindText(wanted)} one is needed.", name)
            : named.Find(one => one.Info.State == BackupState.Complete) ?? throw new OperationException(BackupErrors.Damaged, $"{named[0].Info.Path}: {named[0].Info.Reason}", name);
    }

    /// <summary>The half of a sentence that names other environments whose backups lie where one's own are missed; empty where there are none.</summary>
    /// <param name="found">What was found.</param>
    /// <param name="advice">What follows it.</param>
    public static string Others(IEnumerable<FoundBackup> found, string advice = "")
    {
        var others = found.Where(one => one.Info is { IsOwn: false, State: BackupState.Complete }).ToList();
        return others.Count == 0 ? "" : $"; {string.Join(" and ", others.Select(one => one.Store.Address).Distinct(StringComparer.Ordinal))} holds those of "
            + $"{string.Join(", ", others.Select(one => $"'{one.Info.SourceEnvironment}'").Distinct(StringComparer.OrdinalIgnoreCase))}{advice}";
    }

    private static BackupInfo Describe(EnvironmentContext context, IBackupStore store, StoredBackup stored, DateTimeOffset now, TimeSpan rpo)
    {
        // Of one without a readable manifest the name alone tells the time.
        var time = stored.Manifest?.StartTime ?? stored.Path.Time;
        return new BackupInfo
        {
            Environment = context.Name,
            SourceEnvironment = stored.Manifest?.Environment,
            Name = stored.Path.Name,
            Kind = stored.Path.Kind,
            Database = stored.Manifest?.Database ?? stored.Path.Source,
            Location = store.Location,
            Path = stored.Address,
            Folder = store.Location == BackupLocation.Folder ? store.Address : null,
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
