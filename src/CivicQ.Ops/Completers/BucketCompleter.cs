using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes buckets' names: those of the environments, and those that the session has seen; asks no server.</summary>
public sealed class BucketCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var configured =
            from environment in EnvironmentSources.Catalogue().Read().Environments
            where fakeBoundParameters["Environment"] is not string name || name.Equals(environment.Name, StringComparison.OrdinalIgnoreCase)
            from bucket in environment.Storage?.Buckets ?? []
            select (bucket, $"in environment {environment.Name}");
        var seen = CivicQSession.Current.StorageNames.Buckets.Select(bucket => (bucket, "seen in this session"));
        return NameCompletion.Results(wordToComplete, configured.Concat(seen).DistinctBy(known => known.Item1).OrderBy(known => known.Item1, StringComparer.Ordinal), wildcards: false);
    }
}
