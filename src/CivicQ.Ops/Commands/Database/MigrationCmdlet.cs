using System.Management.Automation;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Procedures.Migrations;

namespace CivicQ.Ops.Commands.Database;

/// <summary>The base of the cmdlets that run Alembic.</summary>
public abstract class MigrationCmdlet : EnvironmentCmdlet
{
    /// <summary>How long a statement of the migration may wait for a lock, in seconds; the server's own limit without it.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double? LockTimeoutSeconds { get; set; }

    /// <summary>Takes no backup first.</summary>
    [Parameter]
    public SwitchParameter SkipBackup { get; set; }

    /// <summary>Where to go.</summary>
    private protected abstract MigrationTarget Target { get; }

    /// <inheritdoc/>
    protected override Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        MigrationPlaces.UseAsync(context, place => RunAsync(context, place, cancellationToken), cancellationToken);

    private async Task RunAsync(EnvironmentContext context, AlembicPlace? place, CancellationToken cancellationToken)
    {
        var run = await MigrationRun.PrepareAsync(context, place, Target, cancellationToken).ConfigureAwait(false);
        await using var closing = run.ConfigureAwait(false);
        if (run.IsThere)
        {
            Reporter.Verbose($"{context.Name}: {run.Target} is there already; nothing is run.");
            await WriteAsync(run.Nothing, cancellationToken).ConfigureAwait(false);
        }
        else if (await ShouldProcessAsync($"{run.Target} of environment '{context.Name}'", run.Action, context.Name).ConfigureAwait(false))
        {
            var backup = SkipBackup ? null : await BackupAsync(context, cancellationToken).ConfigureAwait(false);
            var options = new MigrationOptions { LockTimeout = LockTimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
            await WriteAsync(await run.ExecuteAsync(options, cancellationToken).ConfigureAwait(false) with { Backup = backup }, cancellationToken).ConfigureAwait(false);
        }
        else if (await OnPipelineThreadAsync(() => IsWhatIf).ConfigureAwait(false))
        {
            await WriteAsync(await run.PreviewAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    // Without a backup that is good no migration begins.
    private async Task<string?> BackupAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        if ((context.Environment.Backups?.Folder ?? context.Environment.Backups?.Bucket) is null)
        {
            Reporter.Warning($"{context.Name}: the environment names no place for backups, so none is taken before the migration. -SkipBackup says that none is needed.");
            return null;
        }

        var made = await LogicalBackup.RunAsync(context, new LogicalOptions(), cancellationToken).ConfigureAwait(false);
        Reporter.Verbose($"{context.Name}: backed up to {string.Join(" and ", made.Paths)}.");
        return made.Name;
    }
}
