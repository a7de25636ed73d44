using System.Management.Automation;
using CivicQ.Ops.Core.Backups.Retention;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Removes the backups that no rule keeps, or those that are named. The newest good one of each kind always stays.</summary>
[Cmdlet(VerbsCommon.Remove, "CivicQBackup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(BackupRemoval))]
public sealed class RemoveCivicQBackupCommand : BackupSelectionCmdlet
{
    /// <summary>Of how many days the last backup of the day is kept.</summary>
    [Parameter]
    [ValidateRange(0, 3660)]
    public int KeepDaily { get; set; } = new RetentionRule().Daily;

    /// <summary>Of how many weeks, Monday to Sunday, the last backup is kept.</summary>
    [Parameter]
    [ValidateRange(0, 520)]
    public int KeepWeekly { get; set; } = new RetentionRule().Weekly;

    /// <summary>Of how many months the last backup is kept.</summary>
    [Parameter]
    [ValidateRange(0, 120)]
    public int KeepMonthly { get; set; } = new RetentionRule().Monthly;

    /// <summary>How many days back every moment must be recoverable: physical backups that this needs are kept.</summary>
    [Parameter]
    [ValidateRange(0, 366)]
    public int RecoveryDays { get; set; } = new RetentionRule().RecoveryDays;

    /// <summary>Returns those that are kept too, each with the reason.</summary>
    [Parameter]
    public SwitchParameter IncludeKept { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var rule = new RetentionRule(KeepDaily, KeepWeekly, KeepMonthly, RecoveryDays);
        var remover = await BackupRemover.PrepareAsync(context, Query, rule, error => ReportError(error), cancellationToken).ConfigureAwait(false);
        await using var closing = remover.ConfigureAwait(false);
        foreach (var removal in remover.Plan)
        {
            if (!removal.Removed)
            {
                if (IncludeKept)
                {
                    await WriteAsync(removal, cancellationToken).ConfigureAwait(false);
                }

                continue;
            }

            try
            {
                if (await ShouldProcessAsync($"{removal.Path} ({Measure.Bytes(removal.SizeBytes)})", "Remove backup", context.Name).ConfigureAwait(false))
                {
                    await remover.RemoveAsync(removal, cancellationToken).ConfigureAwait(false);
                    await WriteAsync(removal, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (OperationException error)
            {
                ReportError(error, removal.Name);
            }
        }
    }
}
