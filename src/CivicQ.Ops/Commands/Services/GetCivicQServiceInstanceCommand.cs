using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Lists the instances of services, pods or containers, and says in one sentence why one is not ready.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQServiceInstance")]
[OutputType(typeof(ServiceInstance))]
public sealed class GetCivicQServiceInstanceCommand : ServiceInstanceCmdlet
{
    /// <summary>Only instances that are not ready.</summary>
    [Parameter]
    public SwitchParameter NotReady { get; set; }

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        foreach (var instance in await InstancesAsync(host, services, cancellationToken).ConfigureAwait(false))
        {
            if (!NotReady || !instance.IsReady)
            {
                await WriteAsync(instance, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
