using System.Management.Automation;
using CivicQ.Ops.Core.Health;

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
}
