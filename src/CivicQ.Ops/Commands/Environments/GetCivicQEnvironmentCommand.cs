using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Procedures;
using CivicQ.Ops.Pipeline;

namespace CivicQ.Ops.Commands.Environments;

/// <summary>Lists the environments, and what is wrong with those that are unusable.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQEnvironment")]
[OutputType(typeof(EnvironmentInfo))]
public sealed class GetCivicQEnvironmentCommand : CivicQCmdlet
{
    /// <summary>The names; wildcards are allowed. All without it.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Environment")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.EnvironmentCompleter))]
    public string[]? Name { get; set; }

    private bool shadowTold;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var selection = EnvironmentSelection.Of(Name ?? ["*"], withEmpty: true).OrThrow();
        if (!shadowTold && LabShadow.Warning(selection.Environments) is { } shadow)
        {
            shadowTold = true;
            Reporter.Warning(shadow);
        }

        foreach (var error in selection.Missing.Concat(selection.Complaints.Select(complaint => complaint.ToException())))
        {
            ReportError(error);
        }

        var defaults = new HashSet<string>(EnvironmentSelection.DefaultNames(Session), StringComparer.OrdinalIgnoreCase);
        foreach (var environment in selection.Environments.OrderBy(environment => environment.Name, StringComparer.OrdinalIgnoreCase))
        {
            var isDefault = defaults.Contains(environment.Name);
            await WriteAsync(EnvironmentInfo.Of(environment, isDefault, isDefault && Session.Connected is not null), cancellationToken).ConfigureAwait(false);
        }
    }
}
