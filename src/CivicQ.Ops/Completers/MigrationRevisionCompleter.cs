using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Pipeline;
using CivicQ.Ops.Sessions;

namespace CivicQ.Ops.Completers;

/// <summary>Completes Alembic's revisions, newest first, from the scripts of the environment's project; starts no process, asks no server.</summary>
public sealed class MigrationRevisionCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var names = fakeBoundParameters["Environment"] switch
        {
            string name => [name],
            IEnumerable several => [.. several.OfType<object>().Select(one => one.ToString()!)],
            _ => EnvironmentSelection.DefaultNames(CivicQSession.Current),
        };
        return NameCompletion.Results(
            wordToComplete,
            EnvironmentSelection.Of(names).Environments.SelectMany(environment => Revisions(environment.Database?.Migrations)).DistinctBy(revision => revision.Revision),
            wildcards: false);
    }

    // A project that cannot be read completes nothing; the cmdlet itself says what is wrong with it.
    private static IEnumerable<(string Revision, string Message)> Revisions(MigrationSettings? settings)
    {
        try
        {
            return settings is null ? [] : MigrationReader.Revisions(settings);
        }
        catch (OperationException)
        {
            return [];
        }
    }
}
