using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>The API runs, and its health check does not pass any more.</summary>
public sealed class UnreadyProbeDrill : ServiceDrill
{
    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "UnreadyProbe",
        Symptom = "The site answers 503, although everything runs.",
        Injection = "has /health of the service backend answer 404 in every instance",
        Hint = "Get-CivicQService -Status Down, then Get-CivicQServiceInstance -NotReady",
        Remedy = "Get-CivicQService backend -Environment lab -Status Down, Degraded | Restart-CivicQService",
        RemedyCmdlets = ["Restart-CivicQService"],
        RemedyTrace = LabServiceSpec.Backend,
        Source = "runbook, Service Issues: not ready",
    };

    /// <inheritdoc/>
    private protected override string Service => LabServiceSpec.Backend;

    /// <inheritdoc/>
    private protected override async Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        foreach (var instance in await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false))
        {
            await lab.RunAsync(instance, $"rm {LabServiceSpec.HealthFile}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    private protected override bool IsTroubled(ServiceInstance instance) => instance is { IsReady: false, State: ServiceInstanceState.Running };

    /// <inheritdoc/>
    private protected override async Task ClearAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        // An instance whose next checks are still to come counts as ready, and would fail them.
        var instances = await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false);
        foreach (var instance in instances.Where(instance => instance.State == ServiceInstanceState.Running))
        {
            await lab.RunAsync(instance, $"[ -e {LabServiceSpec.HealthFile} ] || echo ok >{LabServiceSpec.HealthFile}", cancellationToken).ConfigureAwait(false);
        }
    }
}
