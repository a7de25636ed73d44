using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that change services: each is planned, agreed to, changed, awaited and verified, one after the other.</summary>
public abstract class ServiceChangeCmdlet : ServiceCmdlet
{
    /// <summary>The services, by the name that they have in every environment or by the platform's; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceCompleter))]
    public override string[]? Service { get; set; }

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

    /// <summary>Works out the change of one service, without changing anything.</summary>
    /// <param name="host">Where the service is.</param>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The change.</returns>
    private protected abstract Task<ServiceChange> PlanAsync(IServiceHost host, ServiceInfo service, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        ServiceChangeRunner.Check(HealthComponent);
        return base.BeginAsync(cancellationToken);
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var runner = new ServiceChangeRunner(context, host)
        {
            Action = Action, Wait = !NoWait, Timeout = TimeSpan.FromSeconds(TimeoutSeconds), HealthComponents = SkipHealth ? [] : HealthComponent,
        };
        foreach (var service in services)
        {
            try
            {
                await ChangeAsync(runner, host, service, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error)
            {
                ReportError(error, service.Service);
            }
        }
    }

    private async Task ChangeAsync(ServiceChangeRunner runner, IServiceHost host, ServiceInfo service, CancellationToken cancellationToken)
    {
        var change = await PlanAsync(host, service, cancellationToken).ConfigureAwait(false);
        if (change.NothingToDo is { } reason)
        {
            Reporter.Verbose($"{service.Environment}: {reason}");
            await WriteAsync(runner.Result(change, ServiceChangeOutcome.AlreadyThere, reason), cancellationToken).ConfigureAwait(false);
        }
        else if (await ShouldProcessAsync($"{service.Kind} {service.PlatformName} of environment '{host.Environment}' ({host.Address})", change.Description, host.Environment).ConfigureAwait(false))
        {
            var result = await runner.RunAsync(change, cancellationToken).ConfigureAwait(false);
            await WriteAsync(result, cancellationToken).ConfigureAwait(false);
            if (result.Outcome is ServiceChangeOutcome.Failed or ServiceChangeOutcome.BackedOut)
            {
                ReportError(new OperationException(runner.Definition(result), $"{service.Service} in '{host.Environment}': {result.Reason}", service.Service), service.Service);
            }
        }
        else if (await OnPipelineThreadAsync(() => IsWhatIf).ConfigureAwait(false))
        {
            // The server checks the order without following it.
            await change.DryRun(cancellationToken).ConfigureAwait(false);
            await WriteAsync(runner.Result(change, ServiceChangeOutcome.Planned, null), cancellationToken).ConfigureAwait(false);
        }
    }
}
