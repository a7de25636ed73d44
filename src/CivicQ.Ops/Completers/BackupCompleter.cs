using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Pipeline;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes the names of backups in folders, the newest first; asks no bucket.</summary>
public sealed class BackupCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string[] names = fakeBoundParameters["Environment"] switch
        {
            string name => [name],
            IEnumerable several => [.. several.OfType<object>().Select(one => one.ToString()!)],
            _ => [.. EnvironmentSelection.DefaultNames(CivicQSession.Current)],
        };
        var folders = fakeBoundParameters["Folder"] is string folder ? [folder] : EnvironmentSelection.Of(names).Environments.Select(one => one.Backups?.Folder).OfType<string>();
        return NameCompletion.Results(wordToComplete, folders.SelectMany(BackupNames.In), wildcards: false);
    }
}
