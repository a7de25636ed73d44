using System.Management.Automation;
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

    /// <summary>Only the newest complete one of each database, kind and place.</summary>
    [Parameter]
    public SwitchParameter Latest { get; set; }

    /// <summary>Returns true or false alone, for all of them together.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    private protected override Core.Backups.BackupQuery Query => base.Query with { Latest = Latest };

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        await foreach (var result in BackupExaminer.TestAsync(context, Query, error => ReportError(error), cancellationToken).ConfigureAwait(false))
        {
            any = true;
            passed &= result.Passed;
            if (!Quiet)
            {
                await WriteAsync(result, cancellationToken).ConfigureAwait(false);
            }
        }
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
