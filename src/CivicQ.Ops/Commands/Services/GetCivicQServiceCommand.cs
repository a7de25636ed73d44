using System.Management.Automation;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Lists the services of an environment, on Docker Compose or on Kubernetes: how many instances are wanted and ready, and why they are not.</summary>
[Cmdlet(VerbsCommon.Get, "CivicQService")]
[OutputType(typeof(ServiceInfo))]
public sealed class GetCivicQServiceCommand : ServiceCmdlet
{
    /// <summary>Only services in these states.</summary>
    [Parameter]
    public ServiceStatus[]? Status { get; set; }

    /// <inheritdoc/>
    private protected override async Task RunAsync(EnvironmentContext context, IServiceHost host, IReadOnlyList<ServiceInfo> services, CancellationToken cancellationToken)
    {
        foreach (var service in services.Where(service => Status is null || Status.Contains(service.Status)))
        {
            await WriteAsync(service, cancellationToken).ConfigureAwait(false);
        }
    }
}
