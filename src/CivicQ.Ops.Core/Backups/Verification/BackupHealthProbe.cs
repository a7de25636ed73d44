using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Backups.Verification;

/// <summary>Whether each of the environment's databases and kinds that was ever backed up has a complete backup which is young enough.</summary>
public sealed class BackupHealthProbe : IHealthProbe
{
    /// <inheritdoc/>
    public string Component => "Backups";

    /// <inheritdoc/>
    public string NextStep => BackupErrors.NoPlace.RecommendedAction;

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Backups is { } backups && (backups.Folder is not null || backups.Bucket is not null);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(thresholds);
        var shelf = await BackupShelf.OpenAsync(context, new BackupQuery(), _ => { }, cancellationToken).ConfigureAwait(false);
        await using var closing = shelf.ConfigureAwait(false);
        var result = new List<HealthResult>();
        var rpo = context.Environment.Backups!.RpoHours;
        foreach (var series in shelf.All.Select(one => one.Info).Where(one => one.IsOwn).GroupBy(one => (one.Database, one.Kind)).OrderBy(group => group.Key.Kind))
        {
            var newest = series.Where(one => one.State == BackupState.Complete).MaxBy(one => one.StartTime);
            var check = $"Age {series.Key.Database} {BackupPath.KindText(series.Key.Kind)}";
            result.Add(newest is null
                ? Bad(check, $"None of {series.Count()} backups is complete. {series.First().Reason}")
                // As a share of what may be lost, so that one limit fits every environment.
                : thresholds.Judge(Component, "Age", newest.Age.TotalHours / rpo, $"{newest.Name} in the {(newest.Location == BackupLocation.Folder ? "folder" : "bucket")} is {Measure.Duration(newest.Age)} old, of {Measure.Duration(TimeSpan.FromHours(rpo))} that it may be.") with { Check = check });
        }

        return result.Count > 0 ? result : [Bad("Age", $"There is no backup{BackupCatalogue.Others(shelf.All)}.")];
    }

    private HealthResult Bad(string check, string detail) => new()
    {
        Component = Component, Check = check, Status = HealthStatus.Unhealthy, Detail = detail, ErrorId = BackupErrors.NotFound.Id,
        NextStep = "Make one (Backup-CivicQDatabase), then see why the scheduled one failed (Get-CivicQJournal); manual: Database Backups.",
    };
}
