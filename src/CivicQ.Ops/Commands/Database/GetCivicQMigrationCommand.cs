using System.Management.Automation;
using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Migrations;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Shows Alembic's revisions: which a database has, which are still to come, which nobody knows.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQMigration")]
[OutputType(typeof(DatabaseMigration))]
public sealed class GetCivicQMigrationCommand : EnvironmentCmdlet
{
    /// <summary>Only these revisions; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.MigrationRevisionCompleter))]
    public string[]? Revision { get; set; }

    /// <summary>Only revisions that are applied, pending, or unknown to the scripts.</summary>
    [Parameter]
    public MigrationState[]? State { get; set; }

    /// <summary>Only those that the database is at: one, or one a branch.</summary>
    [Parameter]
    public SwitchParameter Current { get; set; }

    /// <inheritdoc/>
    protected override Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        MigrationPlaces.UseAsync(context, place => RunAsync(context, place, cancellationToken), cancellationToken);

    private async Task RunAsync(EnvironmentContext context, AlembicPlace? place, CancellationToken cancellationToken)
    {
        var names = NameFilter.Of(Revision);
        var migrations = await MigrationReader.ReadAsync(context, place, cancellationToken).ConfigureAwait(false);
        foreach (var migration in migrations)
        {
            if (migration.State == MigrationState.Unknown)
            {
                Reporter.Warning($"{context.Name}, revision {migration.Revision}: {migration.Detail}");
            }

            if (names.Fits(migration.Revision) && (State is null || State.Contains(migration.State)) && (!Current || migration.IsCurrent))
            {
                await WriteAsync(migration, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var name in names.Unused(migrations.Select(migration => migration.Revision)))
        {
            ReportError(new OperationException(MigrationErrors.RevisionNotFound, $"{context.Name}: there is no revision '{name}'.", name), context.Name);
        }
    }
}
