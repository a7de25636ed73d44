using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Retention;
using CivicQ.Ops.Core.Backups.Verification;

namespace CivicQ.Ops.Core.Drills.Backups;

/// <summary>The newest backup is not what was written any more, and nobody has noticed.</summary>
public sealed class CorruptedBackupDrill : IDrill
{
    // A lab with buckets has backups there too; the disk is this machine's.
    private static readonly BackupLocation[] Here = [BackupLocation.Folder];
    private static readonly BackupQuery Newest = new() { Kind = BackupKind.Logical, Latest = true, Locations = Here };

    /// <inheritdoc/>
    public DrillDescription Description { get; } = new()
    {
        Name = "CorruptedBackup",
        Symptom = "The disk of the backups had errors last night. The newest backup is there and of its size.",
        Injection = "changes one bit in the middle of the newest logical backup",
        Hint = "Get-CivicQBackup -Latest | Test-CivicQBackup",
        Remedy = "Backup-CivicQDatabase -Environment lab; then Get-CivicQBackup -Environment lab | Test-CivicQBackup | Where-Object Passed -eq $false | Remove-CivicQBackup",
        RemedyCmdlets = ["Backup-CivicQDatabase"],
        Source = "manual, Backup Verification",
    };

    /// <inheritdoc/>
    public async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        // One of the drill's own: the lab's others stay good.
        var made = await LogicalBackup.RunAsync(context.Environment, new LogicalOptions { Locations = Here }, cancellationToken).ConfigureAwait(false);
        var (folder, file) = (made.Paths[0], made.Manifest.FileName);
        var stream = new FileStream(Path.Combine(folder, file), FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        await using var closing = stream.ConfigureAwait(false);
        stream.Position = stream.Length / 2;
        var bad = (byte)(stream.ReadByte() ^ 1);
        stream.Position--;
        stream.WriteByte(bad);
    }

    /// <inheritdoc/>
    public async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        await foreach (var result in BackupExaminer.TestAsync(context.Environment, Newest, error => throw error, cancellationToken).ConfigureAwait(false))
        {
            return new DrillSighting(!result.Passed, result.Passed ? $"The newest backup, {result.Name}, is good." : $"{result.Name}: {result.Reason}");
        }

        return new DrillSighting(true, "There is no logical backup.");
    }

    /// <inheritdoc/>
    public async Task ClearAsync(DrillContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        if ((await LookAsync(context, cancellationToken).ConfigureAwait(false)).IsThere)
        {
            await LogicalBackup.RunAsync(context.Environment, new LogicalOptions { Locations = Here }, cancellationToken).ConfigureAwait(false);
        }

        var bad = new List<string>();
        await foreach (var result in BackupExaminer.TestAsync(context.Environment, new BackupQuery { Kind = BackupKind.Logical, Locations = Here }, error => throw error, cancellationToken).ConfigureAwait(false))
        {
            if (!result.Passed)
            {
                bad.Add(result.Name);
            }
        }

        if (bad.Count > 0)
        {
            var remover = await BackupRemover.PrepareAsync(context.Environment, new BackupQuery { Names = bad, Locations = Here }, new RetentionRule(), error => throw error, cancellationToken).ConfigureAwait(false);
            await using var closing = remover.ConfigureAwait(false);
            foreach (var removal in remover.Plan)
            {
                await remover.RemoveAsync(removal, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
