using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that change services: each is planned, agreed to, changed, awaited and verified, one after the other.</summary>
public abstract class ServiceChangeCmdlet : ServiceOutcomeCmdlet
{
    /// <summary>The services, by the name that they have in every environment or by the platform's; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceCompleter))]
    public string[]? Service { get; set; }

    /// <summary>Works out the change of one service, without changing anything.</summary>
    /// <param name="host">Where the service is.</param>
    /// <param name="service">The service.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The change.</returns>
    private protected abstract Task<ServiceChange> PlanAsync(IServiceHost host, ServiceInfo service, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<ServiceTarget>> CollectAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ServiceTarget>>([.. Service!.Select(service => new ServiceTarget(service, null))]);

    /// <inheritdoc/>
    protected override Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        new ServiceBatch(Batch, Session.ServiceNames, error => ReportError(error, error.Target), changes: true).RunAsync(
            context,
            async (host, services) =>
            {
                var runner = Runner(context, host);
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
            },
            cancellationToken);

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
            await TellAsync(runner, await runner.RunAsync(change, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        else if (await OnPipelineThreadAsync(() => IsWhatIf).ConfigureAwait(false))
        {
            // The server checks the order without following it.
            await change.DryRun(cancellationToken).ConfigureAwait(false);
            await WriteAsync(runner.Result(change, ServiceChangeOutcome.Planned, null), cancellationToken).ConfigureAwait(false);
        }
    }
}
