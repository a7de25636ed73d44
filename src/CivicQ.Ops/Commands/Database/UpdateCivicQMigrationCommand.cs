using System.Management.Automation;
using CivicQ.Ops.Core.Database.Migrations;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Migrates a database up with the application's own Alembic, and sees that it got there.</summary>
[Cmdlet(VerbsData.Update, "CivicQMigration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(MigrationResult))]
public sealed class UpdateCivicQMigrationCommand : MigrationCmdlet
{
    /// <summary>Where to go: a revision or its beginning, <c>head</c>, <c>heads</c>, or <c>+N</c> for so many revisions.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.MigrationRevisionCompleter))]
    public string Revision { get; set; } = "head";

    /// <inheritdoc/>
    private protected override MigrationTarget Target => new(MigrationDirection.Upgrade, Revision);
}
