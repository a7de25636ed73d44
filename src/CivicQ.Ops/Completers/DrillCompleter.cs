using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Completers;

/// <summary>Completes drills' names.</summary>
public sealed class DrillCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Results(wordToComplete, DrillCatalogue.All.Select(drill => (drill.Description.Name, drill.Description.Symptom)), wildcards: false);
}
