using System.Management.Automation;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Backs up a database: one snapshot, compressed and summed on the way to the folder and the bucket, read back, and only then published.</summary>
[Cmdlet(VerbsData.Backup, "CivicQDatabase", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(BackupResult))]
public sealed class BackupCivicQDatabaseCommand : BackupCmdlet
{
    /// <summary>Another database of the same server; the environment's own without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseCompleter))]
    public string? Database { get; set; }

    /// <summary>How many tables are dumped at once. More than one needs room on disk for an uncompressed copy meanwhile.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Jobs { get; set; } = 1;

    /// <summary>Does not count the rows of the tables; a restore then compares the tables alone.</summary>
    [Parameter]
    public SwitchParameter SkipRowCount { get; set; }

    /// <summary>How long the lock of a table is waited for before the backup fails.</summary>
    [Parameter]
    [ValidateRange(0.1, 86400)]
    public double LockTimeoutSeconds { get; set; } = 60;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
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
}
