using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Completers;

/// <summary>Completes environments' names, from the file and the variables alone.</summary>
public sealed class EnvironmentCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern(wordToComplete.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        return EnvironmentSources.Catalogue().Read().Environments
            .Where(environment => pattern.IsMatch(environment.Name))
            .OrderBy(environment => environment.Name, StringComparer.OrdinalIgnoreCase)
            .Select(environment => new CompletionResult(
                environment.Name, environment.Name, CompletionResultType.ParameterValue, environment.Description ?? environment.Source));
    }
}
