using System.Management.Automation;
using CivicQ.Ops.Core.Procedures.Services;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Commands.Services;

/// <summary>Restarts services, waits until their instances are ready, and looks at health.</summary>
[Cmdlet(VerbsLifecycle.Restart, "CivicQService", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(ServiceChangeResult))]
public sealed class RestartCivicQServiceCommand : ServiceChangeCmdlet
{
    /// <summary>One instance after the other, each ready before the next. Kubernetes always does so.</summary>
    [Parameter]
    public SwitchParameter Rolling { get; set; }

    /// <inheritdoc/>
    private protected override ServiceAction Action => ServiceAction.Restart;

    /// <inheritdoc/>
    private protected override Task<ServiceChange> PlanAsync(IServiceHost host, ServiceInfo service, CancellationToken cancellationToken) =>
        Task.FromResult(ServiceChange.Restart(host, service, Rolling));
}
