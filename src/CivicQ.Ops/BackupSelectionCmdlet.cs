using System.Management.Automation;
using CivicQ.Ops.Core.Backups;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that work on backups which are there already.</summary>
public abstract class BackupSelectionCmdlet : BackupCmdlet
{
    /// <summary>The backups, by name; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.BackupCompleter))]
    public string[]? Name { get; set; }

    /// <summary>What they hold; all kinds without it.</summary>
    [Parameter]
    public BackupKind? Kind { get; set; }

    /// <summary>Their database; all without it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Database { get; set; }

    /// <summary>Which backups are meant.</summary>
    private protected virtual BackupQuery Query => new() { Names = Name ?? [], Kind = Kind, Database = Database, Folder = ChosenFolder, Locations = Location ?? [] };
}
