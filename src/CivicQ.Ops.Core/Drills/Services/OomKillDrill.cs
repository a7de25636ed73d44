using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Docker;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>The kernel ends the worker, because it needs more memory than it may use.</summary>
public sealed class OomKillDrill : ServiceDrill
{
    private const long TooLittle = 16L << 20;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "OomKill",
        Symptom = "Tasks are begun and never finished: the worker is gone in the middle of them.",
        Injection = "lets the service celery-worker use 16 MiB of memory, where it needs 40",
        Hint = "Get-CivicQServiceInstance -NotReady, then Get-CivicQEvent",
        Remedy = "Get-CivicQServiceInstance -Environment lab | Where-Object IsOomKilled | Set-CivicQService -MemoryLimitBytes 128MB",
        RemedyCmdlets = ["Set-CivicQService"],
        RemedyTrace = LabServiceSpec.Worker,
        Source = "runbook, Service Issues: out of memory",
    };

    /// <inheritdoc/>
    private protected override string Service => LabServiceSpec.Worker;

    /// <inheritdoc/>
    private protected override Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken) => LimitAsync(lab, TooLittle, cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Docker forgets why it ended while the container runs again for its moment.</remarks>
    private protected override bool IsTroubled(ServiceInstance instance) => (instance.IsOomKilled || instance.Restarts > 0) && !HasSettled(instance);

    /// <inheritdoc/>
    private protected override Task ClearAsync(ServiceLab lab, CancellationToken cancellationToken) =>
        lab.Engine is null ? Task.CompletedTask : LimitAsync(lab, LabServiceSpec.Named(Service).MemoryBytes, cancellationToken);

    private async Task LimitAsync(ServiceLab lab, long bytes, CancellationToken cancellationToken)
    {
        if (lab.Engine is null)
        {
            await lab.Host.SetAsync(await lab.ServiceAsync(Service, cancellationToken).ConfigureAwait(false), new ServiceLimits { MemoryLimitBytes = bytes }, dryRun: false, cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        foreach (var instance in await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false))
        {
            // Stopped: a limit below what is in use is refused on cgroup v1.
            await lab.Engine.StopAsync(instance.Id, null, cancellationToken).ConfigureAwait(false);
            await lab.Engine.UpdateAsync(instance.Id, new DockerLimits { MemoryBytes = bytes }, cancellationToken).ConfigureAwait(false);
            await lab.Engine.StartAsync(instance.Id, cancellationToken).ConfigureAwait(false);
        }
    }
}
