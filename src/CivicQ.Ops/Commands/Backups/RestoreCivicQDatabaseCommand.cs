using System.Management.Automation;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Restores a backup into a new database, compares it with what the backup says of itself, and then puts it in place by renaming.</summary>
[Cmdlet(VerbsData.Restore, "CivicQDatabase", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = BackupSet)]
[OutputType(typeof(RestoreResult), typeof(RecoveryResult))]
public sealed class RestoreCivicQDatabaseCommand : BackupCmdlet
{
    private const string BackupSet = "Backup";
    private const string PointInTimeSet = "PointInTime";

    /// <summary>The backup's name; the newest one that fits without it.</summary>
    [Parameter(Position = 0, ParameterSetName = BackupSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = PointInTimeSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.BackupCompleter))]
    public string? Name { get; set; }

    /// <summary>The moment to go back to: what was committed later is not in it. Begins with a physical backup and replays archived WAL.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PointInTimeSet)]
    public DateTimeOffset PointInTime { get; set; }

    /// <summary>Another database of the recovered server; the environment's own without it.</summary>
    [Parameter(ParameterSetName = PointInTimeSet)]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>A folder, new or empty, that becomes the recovered server's data directory and stays, stopped; the live server is left alone then.</summary>
    [Parameter(ParameterSetName = PointInTimeSet)]
    [ValidateNotNullOrEmpty]
    public string? DataDirectory { get; set; }

    /// <summary>Where the throw-away server has its files meanwhile.</summary>
    [Parameter(ParameterSetName = PointInTimeSet)]
    [ValidateNotNullOrEmpty]
    public string? WorkDirectory { get; set; }

    /// <summary>How long the live server may take to archive its last WAL first.</summary>
    [Parameter(ParameterSetName = PointInTimeSet)]
    [ValidateRange(1, 86400)]
    public double ArchiveTimeoutSeconds { get; set; } = 120;

    /// <summary>The name of the database that is made; the environment's own without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TargetDatabase { get; set; }

    /// <summary>Puts the restored database in the place of one that is there; that one is kept under another name.</summary>
    [Parameter]
    public SwitchParameter Replace { get; set; }

    /// <summary>Drops the database that was replaced, once the restored one is in its place.</summary>
    [Parameter]
    public SwitchParameter DropPrevious { get; set; }

    /// <summary>Leaves owners and grants out: all belongs to the role that restores.</summary>
    [Parameter(ParameterSetName = BackupSet)]
    public SwitchParameter NoOwner { get; set; }

    /// <summary>How many tables and indexes are restored at once. More than one needs room on this machine's disk for the decompressed archive.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Jobs { get; set; } = 1;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        if (ParameterSetName == PointInTimeSet)
        {
            await RecoverAsync(context, cancellationToken).ConfigureAwait(false);
            return;
        }

        var options = new RestoreOptions
        {
            Name = Name, TargetDatabase = TargetDatabase, Replace = Replace, DropPrevious = DropPrevious, NoOwner = NoOwner, Jobs = Jobs, Folder = ChosenFolder, Locations = Location ?? [],
        };
        var restore = await LogicalRestore.PrepareAsync(context, options, cancellationToken).ConfigureAwait(false);
        await using var closing = restore.ConfigureAwait(false);
        if (await ShouldProcessAsync($"database '{restore.Target}' of environment '{context.Name}'", restore.Action, context.Name).ConfigureAwait(false))
        {
            await WriteAsync(await restore.ExecuteAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RecoverAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var options = new RecoveryOptions
        {
            PointInTime = PointInTime, Name = Name, Database = Database, TargetDatabase = TargetDatabase, Replace = Replace, DropPrevious = DropPrevious, Jobs = Jobs, DataDirectory = DataDirectory,
            WorkDirectory = WorkDirectory, ArchiveTimeout = TimeSpan.FromSeconds(ArchiveTimeoutSeconds), Folder = ChosenFolder, Locations = Location ?? [],
        };
        var recovery = await PointInTimeRecovery.PrepareAsync(context, options, cancellationToken).ConfigureAwait(false);
        await using var closing = recovery.ConfigureAwait(false);
        if (await ShouldProcessAsync(recovery.Description, recovery.Action, context.Name).ConfigureAwait(false))
        {
            await WriteAsync(await recovery.ExecuteAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }
}
