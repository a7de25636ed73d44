using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that work on services, whatever runs them. What is piped in is gathered and worked on as one.</summary>
public abstract class ServiceCmdlet : CollectingCmdlet<ServiceTarget>
{
    /// <summary>The services, by the name that they have in every environment or by the platform's; wildcards are allowed. All without it.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(Completers.ServiceCompleter))]
    public virtual string[]? Service { get; set; }

    /// <summary>The instances, for cmdlets that work on instances.</summary>
    private protected virtual string[]? Instances => null;

    /// <summary>The work on the services of one environment.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="host">What runs them.</param>
    /// <param name="services">The services that are meant; at least one.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The running work.</returns>
    private protected abstract Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override Task<IReadOnlyList<ServiceTarget>> CollectAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ServiceTarget>>(
        [.. from service in Service ?? [null!] from instance in Instances ?? [null!] select new ServiceTarget(service, instance)]);

    /// <inheritdoc/>
    protected override Task RunAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        new ServiceBatch(Batch, Session.ServiceNames, error => ReportError(error, error.Target))
            .RunAsync(context, (host, services) => RunAsync(context, host, services, cancellationToken), cancellationToken);

    /// <summary>The instances of services that are meant.</summary>
    /// <param name="host">What runs them.</param>
    /// <param name="services">The services.</param>
    /// <param name="cancellationToken">Cancelled by Ctrl+C.</param>
    /// <returns>The instances.</returns>
    private protected async Task<IReadOnlyList<ServiceInstance>> InstancesAsync(IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        var all = await host.GetInstancesAsync(services, cancellationToken).ConfigureAwait(false);
        Session.ServiceNames.Note(all);
        // Of a service that was named without an instance, all are meant.
        var names = Batch.Any(target => target.Instance is null) ? [] : Batch.Select(target => target.Instance!).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return ServiceSelection.Select(host, all, names, error => ReportError(error, error.Target));
    }
}
