using System.Management.Automation;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Lists backups in the folder and in the bucket as one list, with their age against the recovery point objective.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQBackup")]
[OutputType(typeof(BackupInfo))]
public sealed class GetCivicQBackupCommand : BackupSelectionCmdlet
{
    /// <summary>Only the environment's own newest complete one of each database, kind and place.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <inheritdoc/>
    private protected override BackupQuery Query => base.Query with { Latest = Latest };

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        foreach (var backup in await BackupExaminer.ListAsync(context, Query, error => ReportError(error), cancellationToken).ConfigureAwait(false))
        {
            await WriteAsync(backup, cancellationToken).ConfigureAwait(false);
        }
    }
}
