using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes the names of the containers of the instances that the session last listed; asks no server.</summary>
public sealed class ServiceContainerCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Results(wordToComplete, CivicQSession.Current.ServiceNames.Containers(fakeBoundParameters["Service"] as string), wildcards: commandName != "Invoke-CivicQServiceCommand");
}
