using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes services' names that the session has seen; asks no server.</summary>
public sealed class ServiceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Results(wordToComplete, CivicQSession.Current.ServiceNames.Services, wildcards: true);
}
