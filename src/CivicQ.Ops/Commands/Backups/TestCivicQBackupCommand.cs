using System.Management.Automation;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Reads backups from the first byte to the last, and says whether they are what was written.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CivicQBackup")]
[OutputType(typeof(BackupTestResult), typeof(bool))]
public sealed class TestCivicQBackupCommand : BackupSelectionCmdlet
{
    private bool passed = true;
    private bool any;

    /// <summary>Only the environment's own newest complete one of each database, kind and place.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>Restores each one into a throw-away server too, and counts its rows.</summary>
    [Parameter]
    public SwitchParameter Deep { get; set; }

    /// <summary>Returns true or false alone, for all of them together.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override BackupQuery Query => base.Query with { Latest = Latest };

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        await foreach (var read in BackupExaminer.TestAsync(context, Query, error => ReportError(error), cancellationToken).ConfigureAwait(false))
        {
            var result = Deep && read.Passed && read.Kind != BackupKind.Cache ? await RestoreAsync(context, read, cancellationToken).ConfigureAwait(false) : read;
            any = true;
            passed &= result.Passed;
            if (!Quiet)
            {
                await WriteAsync(result, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The objectives are Test-CivicQRecovery's question; here only what came back counts.
    private async Task<BackupTestResult> RestoreAsync(EnvironmentContext context, BackupTestResult read, CancellationToken cancellationToken)
    {
        var options = new RecoveryTestOptions { Name = read.Name, BackupOnly = true, Database = read.Database, Folder = ChosenFolder, Locations = ChosenFolder is null ? [read.Location] : [] };
        var restored = await RecoveryTest.RunAsync(context, options, cancellationToken).ConfigureAwait(false);
        return read with
        {
            Passed = restored.Verified, Reason = restored.Verified ? null : restored.Reason, ContentOk = restored.Verified, RestoredRows = restored.Verified ? restored.Rows : null,
            Duration = read.Duration + restored.Duration,
        };
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
        {
            await WriteAsync(any && passed && !HasReportedErrors, cancellationToken).ConfigureAwait(false);
        }
    }
}
