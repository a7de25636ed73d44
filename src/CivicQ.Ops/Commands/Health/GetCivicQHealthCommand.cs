using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops.Commands.Health;

/// <summary>Checks the components of environments, all at once, by asking the servers themselves.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQHealth")]
[OutputType(typeof(HealthResult))]
public sealed class GetCivicQHealthCommand : HealthCmdlet
{
    /// <summary>The components to check; all without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(Completers.ComponentCompleter))]
    [SupportsWildcards]
    public string[]? Component { get; set; }

    /// <summary>How long one component may take to answer; the environment's own time without it.</summary>
    [Parameter]
    [ValidateRange(0.05, 3600)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override async Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var probes = HealthProbes.Named(Component ?? ["*"]);
        if (TimeoutSeconds is { } seconds)
        {
            context = context with { Timeout = TimeSpan.FromSeconds(seconds) };
        }

        await foreach (var result in HealthRunner.CheckAsync(context, probes, cancellationToken).ConfigureAwait(false))
        {
            Gate.Note(result);
            await WriteAsync(result, cancellationToken).ConfigureAwait(false);
        }
    }
}
