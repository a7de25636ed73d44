using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>A container of the API was killed and not started again. Kubernetes would start it again by itself.</summary>
public sealed class CrashedContainerDrill : ServiceDrill
{
    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "CrashedContainer",
        Platforms = [ServicePlatform.Compose],
        Symptom = "The site answers, and is slower than yesterday: one of the API's containers is gone.",
        Injection = "kills a container of the service backend, which the engine then does not start again",
        Hint = "Get-CivicQService, then Get-CivicQServiceInstance -NotReady",
        Remedy = "Get-CivicQService -Environment lab -Status Degraded | Restart-CivicQService",
        RemedyCmdlets = ["Restart-CivicQService"],
        RemedyTrace = LabServiceSpec.Backend,
        Source = "runbook, Service Issues: container crashed",
    };

    /// <inheritdoc/>
    private protected override string Service => LabServiceSpec.Backend;

    /// <inheritdoc/>
    private protected override async Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        var instances = await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false);
        await lab.Engine!.KillAsync(instances[^1].Id, "SIGKILL", cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    private protected override bool IsTroubled(ServiceInstance instance) => instance.State == ServiceInstanceState.Exited;

    /// <inheritdoc/>
    private protected override async Task ClearAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        foreach (var instance in (await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false)).Where(IsTroubled))
        {
            await lab.Engine!.StartAsync(instance.Id, cancellationToken).ConfigureAwait(false);
        }
    }
}
