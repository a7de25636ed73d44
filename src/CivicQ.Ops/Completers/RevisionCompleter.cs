using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes revisions that <c>Get-CivicQRolloutHistory</c> has listed, of the service given if one is; asks no server.</summary>
public sealed class RevisionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Results(wordToComplete, CivicQSession.Current.ServiceNames.Revisions(fakeBoundParameters["Service"] as string), wildcards: false);
}
