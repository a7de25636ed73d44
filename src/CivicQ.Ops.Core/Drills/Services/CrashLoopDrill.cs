using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>The worker ends as soon as it has started, again and again: its broker is not where it looks for it.</summary>
public sealed class CrashLoopDrill : ServiceDrill
{
    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "CrashLoop",
        Symptom = "Tasks stay in the queue: the worker starts, and starts, and starts.",
        Injection = "has the service celery-worker not find its broker: on Kubernetes by a release with a wrong host, on Compose by stopping the service redis",
        Hint = "Get-CivicQServiceInstance -NotReady, then Get-CivicQRolloutHistory celery-worker (Kubernetes), Get-CivicQService (Compose)",
        Remedy = "Get-CivicQService celery-worker -Environment lab | Undo-CivicQRollout; on Compose: Get-CivicQService redis -Environment lab -Status Down | Restart-CivicQService",
        RemedyCmdlets = ["Undo-CivicQRollout", "Restart-CivicQService"],
        Source = "runbook, Service Issues: crash loop",
    };

    /// <inheritdoc/>
    private protected override string Service => LabServiceSpec.Worker;

    /// <inheritdoc/>
    private protected override async Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        if (lab.Cluster is not null)
        {
            // Nobody listens there, in the pod's own network.
            var environment = new JsonArray(new JsonObject { ["name"] = LabServiceSpec.Broker, ["value"] = "127.0.0.1" });
            await lab.PatchAsync(Service, new JsonObject { ["env"] = environment }, null, cancellationToken).ConfigureAwait(false);
            return;
        }

        foreach (var instance in await lab.InstancesAsync(LabServiceSpec.Redis, cancellationToken).ConfigureAwait(false))
        {
            await lab.Engine!.StopAsync(instance.Id, null, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Docker forgets the last exit code while the container runs again for its moment, so it says nothing here.</remarks>
    private protected override bool IsTroubled(ServiceInstance instance) => instance is { Restarts: > 0, IsOomKilled: false } && !HasSettled(instance);

    /// <inheritdoc/>
    private protected override async Task ClearAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        if (lab.Engine is not null)
        {
            foreach (var instance in await lab.InstancesAsync(LabServiceSpec.Redis, cancellationToken).ConfigureAwait(false))
            {
                await lab.Engine.StartAsync(instance.Id, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
