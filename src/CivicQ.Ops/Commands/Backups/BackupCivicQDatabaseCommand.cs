using System.Management.Automation;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Backs up a database: one snapshot, compressed and summed on the way to the folder and the bucket, read back, and only then published.</summary>
[Cmdlet(VerbsData.Backup, "CivicQDatabase", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = LogicalSet)]
[OutputType(typeof(BackupResult))]
public sealed class BackupCivicQDatabaseCommand : BackupCmdlet
{
    private const string LogicalSet = "Logical";
    private const string PhysicalSet = "Physical";

    /// <summary>Another database of the same server; the environment's own without it.</summary>
    [Parameter(Position = 0, ParameterSetName = LogicalSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string? Database { get; set; }

    /// <summary>How many tables are dumped at once. More than one needs room on disk for an uncompressed copy meanwhile.</summary>
    [Parameter(ParameterSetName = LogicalSet)]
    [ValidateRange(1, 64)]
    public int Jobs { get; set; } = 1;

    /// <summary>Does not count the rows of the tables; a restore then compares the tables alone.</summary>
    [Parameter(ParameterSetName = LogicalSet)]
    public SwitchParameter SkipRowCount { get; set; }

    /// <summary>How long the lock of a table is waited for before the backup fails.</summary>
    [Parameter(ParameterSetName = LogicalSet)]
    [ValidateRange(0.1, 86400)]
    public double LockTimeoutSeconds { get; set; } = 60;

    /// <summary>Backs up the whole server's files with the WAL that makes them consistent: what a recovery to a point in time begins with.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PhysicalSet)]
    public SwitchParameter Physical { get; set; }

    /// <summary>Lets the server spread the checkpoint that comes first, which takes minutes and loads its disks less.</summary>
    [Parameter(ParameterSetName = PhysicalSet)]
    public SwitchParameter SpreadCheckpoint { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        if (Physical)
        {
            await RunPhysicalAsync(context, cancellationToken).ConfigureAwait(false);
            return;
        }

        var options = new LogicalOptions
        {
            Database = Database, Jobs = Jobs, CountRows = !SkipRowCount, LockTimeout = TimeSpan.FromSeconds(LockTimeoutSeconds), Folder = ChosenFolder, Locations = Location ?? [],
        };
        var target = await LogicalBackup.DescribeAsync(context, options, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(target, "Back up", context.Name).ConfigureAwait(false))
        {
            await WriteAsync(await LogicalBackup.RunAsync(context, options, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunPhysicalAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var options = new PhysicalOptions { SpreadCheckpoint = SpreadCheckpoint, Folder = ChosenFolder, Locations = Location ?? [] };
        var target = await PhysicalBackup.DescribeAsync(context, options, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync(target, "Back up", context.Name).ConfigureAwait(false))
        {
            await WriteAsync(await PhysicalBackup.RunAsync(context, options, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }
}
