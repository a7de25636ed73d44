using System.Management.Automation;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Backups;

/// <summary>Restores a backup into a new database, compares it with what the backup says of itself, and then puts it in place by renaming.</summary>
[Cmdlet(VerbsData.Restore, "CivicQDatabase", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = "Backup")]
[OutputType(typeof(RestoreResult))]
public sealed class RestoreCivicQDatabaseCommand : BackupCmdlet
{
    /// <summary>The backup's name; the newest one of the database without it.</summary>
    [Parameter(Position = 0, ParameterSetName = "Backup", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.BackupCompleter))]
    public string? Name { get; set; }

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
    [Parameter]
    public SwitchParameter NoOwner { get; set; }

    /// <summary>How many tables and indexes are restored at once. More than one needs room on this machine's disk for the decompressed archive.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Jobs { get; set; } = 1;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
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
}
