using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes the prefixes of keys that the session has seen (<c>Get-CivicQStorage -Depth</c>); asks no server.</summary>
public sealed class ObjectPrefixCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        NameCompletion.Results(wordToComplete, CivicQSession.Current.StorageNames.Prefixes.Select(known => (known.Prefix, $"in {known.Bucket}")), wildcards: false);
}
