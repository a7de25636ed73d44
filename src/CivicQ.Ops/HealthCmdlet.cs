using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Procedures;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that check health: <c>-FailOn</c> makes a scheduled task fail, after all output.</summary>
public abstract class HealthCmdlet : EnvironmentCmdlet
{
    private FailureGate? gate;

    /// <summary>From which status on the cmdlet ends with the error <c>HealthCheckFailed</c>; never without it.</summary>
    [Parameter]
    public FailureLevel? FailOn { get; set; }

    /// <summary>Remembers what <c>-FailOn</c> counts.</summary>
    private protected FailureGate Gate => gate!;

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        gate = new FailureGate(FailOn);
        return base.BeginAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        await base.EndAsync(cancellationToken).ConfigureAwait(false);
        Gate.ThrowIfFailed();
    }

    /// <summary>Sees to it that what is not there is not taken for healthy: a warning, and a failure under <c>-FailOn</c>.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="components">The components as asked for; <see langword="null"/> for all.</param>
    private protected void NoteMissing(EnvironmentContext context, IReadOnlyList<string>? components)
    {
        foreach (var name in HealthProbes.Missing(context.Environment, components))
        {
            Gate.NoteMissing(context.Name, name);
        }

        if (HealthProbes.NothingToCheck(context.Environment, components))
        {
            Gate.NoteMissing(context.Name, "everything that was asked for");
            Reporter.Warning($"Environment '{context.Name}' has nothing of what was asked for. {EnvironmentErrors.Empty.RecommendedAction}");
        }
    }
}
