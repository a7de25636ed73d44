using System.Management.Automation;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Commands.Cache;

/// <summary>Backs up Redis, reads the backup back, and gives it its name only then.</summary>
[Cmdlet(VerbsData.Backup, "CivicQCache", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(CacheBackupResult))]
public sealed class BackupCivicQCacheCommand : BackupCmdlet
{
    /// <summary>How the data comes out of Redis.</summary>
    [Parameter]
    public CacheBackupMethod Method { get; set; } = CacheBackupMethod.Auto;

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var server = await CachePart.ServerAsync(context, cancellationToken).ConfigureAwait(false);
        if (await ShouldProcessAsync($"Redis at {server}", "Back up", context.Name).ConfigureAwait(false))
        {
            var options = new CacheBackupOptions { Folder = ChosenFolder, Locations = Location ?? [], Method = Method };
            await WriteAsync(await new CacheBackup(context, options).RunAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }
}
