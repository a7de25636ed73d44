using System.Management.Automation;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Rehearses a recovery: a throw-away server gets the newest backup, its rows are counted, and time and loss are compared with the objectives.</summary>
[Cmdlet(VerbsDiagnostic.Test, "CivicQRecovery")]
[OutputType(typeof(RecoveryTestResult), typeof(bool))]
public sealed class TestCivicQRecoveryCommand : BackupCmdlet
{
    private volatile bool passed = true;
    private volatile bool any;

    /// <summary>The backup's name; the newest one of the database without it.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.BackupCompleter))]
    public string? Name { get; set; }

    /// <summary>The kind of the newest one: logical or physical; whichever is newer without it.</summary>
    [Parameter]
    [ValidateSet(nameof(BackupKind.Logical), nameof(BackupKind.Physical))]
    public BackupKind? Kind { get; set; }

    /// <summary>A moment to recover to, from a physical backup and archived WAL.</summary>
    [Parameter]
    public DateTimeOffset? PointInTime { get; set; }

    /// <summary>Another database; the environment's own without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>Where the throw-away server has its files meanwhile.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkDirectory { get; set; }

    /// <summary>How many tables and indexes are restored at once.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Jobs { get; set; } = 1;

    /// <summary>Returns true or false alone, for all of them together.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        if (PointInTime is not null && Kind == BackupKind.Logical)
        {
            throw new OperationException(BackupErrors.WrongKind, "A logical backup knows one moment only: -PointInTime takes a physical one.", context.Name);
        }

        var options = new RecoveryTestOptions
        {
            Name = Name, Kind = Kind, PointInTime = PointInTime, Database = Database, WorkDirectory = WorkDirectory, Jobs = Jobs, Folder = ChosenFolder, Locations = Location ?? [],
        };
        var result = await RecoveryTest.RunAsync(context, options, cancellationToken).ConfigureAwait(false);
        any = true;
        passed &= result.Passed;
        if (!Quiet)
        {
            await WriteAsync(result, cancellationToken).ConfigureAwait(false);
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
