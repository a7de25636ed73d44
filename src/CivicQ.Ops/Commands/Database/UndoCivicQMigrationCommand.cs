using System.Management.Automation;
using CivicQ.Ops.Core.Database.Migrations;

namespace CivicQ.Ops.Commands.Database;

/// <summary>Takes migrations of a database back with the application's own Alembic, and sees that it got there.</summary>
[Cmdlet(VerbsCommon.Undo, "CivicQMigration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = BySteps)]
[OutputType(typeof(MigrationResult))]
public sealed class UndoCivicQMigrationCommand : MigrationCmdlet
{
    private const string BySteps = "Steps";
    private const string ByRevision = "Revision";

    /// <summary>Where to go: the revision, or its beginning, that is to be the last one, or <c>base</c> for none.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = ByRevision, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.MigrationRevisionCompleter))]
    public string Revision { get; set; } = "";

    /// <summary>How many revisions are taken back.</summary>
    [Parameter(ParameterSetName = BySteps)]
    [ValidateRange(1, 10000)]
    public int Steps { get; set; } = 1;

    /// <inheritdoc/>
    private protected override MigrationTarget Target => ParameterSetName == ByRevision
        ? new MigrationTarget(MigrationDirection.Downgrade, Revision)
        : new MigrationTarget(MigrationDirection.Downgrade, null, Steps);
}
