using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Completers;

/// <summary>Completes the names of components that can be checked.</summary>
public sealed class ComponentCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var pattern = new WildcardPattern(wordToComplete + "*", WildcardOptions.IgnoreCase);
        return HealthProbes.All.Select(probe => probe.Component).Where(pattern.IsMatch).Select(name => new CompletionResult(name));
    }
}
