using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes tables' names that the session has seen, of the schema given if one is; asks no server.</summary>
public sealed class DatabaseTableCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Results(
            wordToComplete,
            CivicQSession.Current.DatabaseNames.Tables
                .Where(table => fakeBoundParameters["Schema"] is not string schema || schema.Equals(table.Schema, StringComparison.OrdinalIgnoreCase))
                .Select(table => (table.Table, $"{table.Schema}.{table.Table}")),
            wildcards: true);
}
