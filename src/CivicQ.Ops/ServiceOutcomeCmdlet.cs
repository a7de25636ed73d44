using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that change services and see what becomes of it: the instances, and then health.</summary>
public abstract class ServiceOutcomeCmdlet : CollectingCmdlet<ServiceTarget>
{
    /// <summary>Returns as soon as the platform has taken the order, without waiting for the outcome.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>How long the outcome is waited for: the instances, and then health.</summary>
    [Parameter]
    [ValidateRange(0.1, 86400)]
    public double TimeoutSeconds { get; set; } = 300;

    /// <summary>The components whose health must be there afterwards; those that the environment has of Api, Site and Queue without it.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completers.ComponentCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? HealthComponent { get; set; }

    /// <summary>Does not look at health afterwards.</summary>
    [Parameter]
    public SwitchParameter SkipHealth { get; set; }

    /// <summary>What is done.</summary>
    private protected abstract ServiceAction Action { get; }

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        ServiceChangeRunner.Check(HealthComponent);
        return base.BeginAsync(cancellationToken);
    }

    /// <summary>What makes changes as the parameters say.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="host">What runs its services.</param>
    /// <returns>The runner.</returns>
    private protected ServiceChangeRunner Runner(EnvironmentContext context, IServiceHost host) => new(context, host)
    {
        Action = Action, Wait = !NoWait, Timeout = TimeSpan.FromSeconds(TimeoutSeconds), HealthComponents = SkipHealth ? [] : HealthComponent,
    };

    /// <summary>Writes a result; one that failed is an error too.</summary>
    /// <param name="runner">Whose result it is.</param>
    /// <param name="result">The result.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    private protected async Task TellAsync(ServiceChangeRunner runner, ServiceChangeResult result, CancellationToken cancellationToken)
    {
        await WriteAsync(result, cancellationToken).ConfigureAwait(false);
        if (result.Outcome is ServiceChangeOutcome.Failed or ServiceChangeOutcome.BackedOut)
        {
            ReportError(new OperationException(runner.Definition(result), $"{result.Service} in '{result.Environment}': {result.Reason}", result.Service), result.Service);
        }
    }
}
