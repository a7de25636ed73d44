using System.Management.Automation;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Commands.Cache;

/// <summary>Restores a backup into a running Redis, key by key, after it was found whole.</summary>
[Cmdlet(VerbsData.Restore, "CivicQCache", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = IntoEmpty)]
[OutputType(typeof(CacheRestoreResult))]
public sealed class RestoreCivicQCacheCommand : EnvironmentCmdlet
{
    private const string IntoEmpty = "Empty";
    private const string ByReplacing = "Replace";
    private const string ByMerging = "Merge";

    /// <summary>The backup: its folder, its address in the bucket, its name, or an RDB file.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The databases to restore; all that the backup has without it.</summary>
    [Parameter]
    [ValidateRange(0, 65535)]
    [ValidateNotNullOrEmpty]
    public int[]? Database { get; set; }

    /// <summary>The keys to restore, as Redis' patterns; all without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Pattern { get; set; }

    /// <summary>Removes the keys that are there first.</summary>
    [Parameter(ParameterSetName = ByReplacing, Mandatory = true)]
    public SwitchParameter Replace { get; set; }

    /// <summary>Overwrites keys of the same name, and keeps those that the backup does not have.</summary>
    [Parameter(ParameterSetName = ByMerging, Mandatory = true)]
    public SwitchParameter Merge { get; set; }

    /// <summary>Restores Celery's queues too: tasks that wait now are lost, and old ones run again.</summary>
    [Parameter]
    public SwitchParameter IncludeQueue { get; set; }

    /// <summary>Takes no backup of what is there before it is overwritten.</summary>
    [Parameter]
    public SwitchParameter SkipBackup { get; set; }

    /// <summary>The folder for the backup of what is there, in place of the environment's places.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BackupFolder { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        await CachePart.ServerAsync(context, cancellationToken).ConfigureAwait(false);
        var options = new CacheRestoreOptions
        {
            Databases = Database, Patterns = Pattern, IncludeQueue = IncludeQueue,
            Mode = Replace ? CacheRestoreMode.Replace : Merge ? CacheRestoreMode.Merge : CacheRestoreMode.Empty,
        };
        var finder = new CacheBackupFinder(context);
        await using var closing = finder.ConfigureAwait(false);
        var source = await finder.FindAsync(Path, cancellationToken).ConfigureAwait(false);
        var plan = await new CacheRestorePlanner(context).PlanAsync(source, options, cancellationToken).ConfigureAwait(false);
        if (plan.IsEmpty)
        {
            Reporter.Warning($"{source.Path} has nothing to restore into Redis of environment '{context.Name}'.");
            return;
        }

        if (!await ShouldProcessAsync(plan.Target, plan.Action, context.Name).ConfigureAwait(false))
        {
            return;
        }

        var safety = SkipBackup ? null : new CacheBackupOptions { Folder = BackupFolder };
        var result = await new CacheRestorer(context, source, plan).RunAsync(safety, cancellationToken).ConfigureAwait(false);
        await WriteAsync(result, cancellationToken).ConfigureAwait(false);
        if (result.Fault is { } fault)
        {
            ReportError(new OperationException(CacheBackupErrors.RestoreIncomplete, fault, context.Name), plan.Target);
        }
    }
}
