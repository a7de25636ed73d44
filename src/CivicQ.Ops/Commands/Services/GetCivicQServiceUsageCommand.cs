using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Shows what the instances of services use of processor and memory, against their limits.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQServiceUsage")]
[OutputType(typeof(ServiceUsage))]
public sealed class GetCivicQServiceUsageCommand : ServiceInstanceCmdlet
{
    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        HashSet<string>? wanted = Instance is null && Batch.Any(target => target.Instance is null)
            ? null
            : [.. (await InstancesAsync(host, services, cancellationToken).ConfigureAwait(false)).Select(instance => instance.Instance)];
        foreach (var usage in await host.GetUsageAsync(services, cancellationToken).ConfigureAwait(false))
        {
            if (wanted?.Contains(usage.Instance) != false)
            {
                await WriteAsync(usage, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
