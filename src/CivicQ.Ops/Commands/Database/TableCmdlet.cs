using System.Management.Automation;
using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Commands.Database;

/// <summary>The base of cmdlets that look at tables of one database.</summary>
public abstract class TableCmdlet : DatabaseCmdlet
{
    /// <summary>The tables; wildcards are allowed. All without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseTableCompleter))]
    public string[]? Table { get; set; }

    /// <summary>Their schemas; wildcards are allowed. All but the server's own without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.DatabaseSchemaCompleter))]
    public string[]? Schema { get; set; }

    /// <summary>Remembers a table for completion.</summary>
    private protected void Note(string database, string schema, string table)
    {
        Session.DatabaseNames.NoteDatabase(database);
        Session.DatabaseNames.NoteTable(schema, table);
    }

    /// <summary>Reports the names without wildcards that fit no table.</summary>
    private protected void ReportMissing(EnvironmentContext context, HashSet<string> found)
    {
        foreach (var name in (Table ?? []).Where(name => !SqlPattern.HasWildcard(name) && !found.Contains(name.Replace("`", "", StringComparison.Ordinal))))
        {
            ReportError(new OperationException(
                DatabaseErrors.TableNotFound, $"{context.Name}: there is no table '{name}'{(Schema is null ? "" : $" in the schema {string.Join(", ", Schema)}")}.", name), context.Name);
        }
    }
}
