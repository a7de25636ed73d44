using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Environments;

/// <summary>Takes environments out of the user's <c>environments.json</c>. The deployments themselves are not touched.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "CivicQEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class UnregisterCivicQEnvironmentCommand : CivicQCmdlet
{
    /// <summary>The names; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Environment")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.EnvironmentCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var path = EnvironmentFile.DefaultPath();
        var writer = EnvironmentSources.Writer();
        var selection = EnvironmentSelection.Of(Name).OrThrow();
        foreach (var missing in selection.Missing)
        {
            ReportError(missing);
        }

        // Unusable ones too: that may be why they are to go.
        var names = selection.Environments.Select(environment => environment.Name)
            .Concat(selection.Complaints.Select(complaint => complaint.Environment).OfType<string>()).Distinct(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await RemoveAsync(writer, path, name).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(EnvironmentFileWriter writer, string path, string name)
    {
        try
        {
            if (writer.Contains(name))
            {
                if (await ShouldProcessAsync($"environment '{name}' in {path}", "Unregister", name).ConfigureAwait(false))
                {
                    writer.Remove(name);
                }
            }
            else if (!Array.Exists(Name, WildcardPattern.ContainsWildcardCharacters))
            {
                throw new OperationException(EnvironmentErrors.NotInFile, $"Environment '{name}' is not defined in {path}, so it cannot be taken out of it.", name);
            }
        }
        catch (OperationException error)
        {
            ReportError(error, name);
        }
    }
}
