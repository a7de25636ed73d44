using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>Memory runs short: a leak has come near to what the service may use. The limit stands for the node's memory, which a drill leaves alone.</summary>
public sealed class MemoryPressureDrill : ServiceDrill
{
    private const double Limit = 0.9;
    private const int LeakMebibytes = 60;

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "MemoryPressure",
        Symptom = "Memory is nearly used up, and nobody deployed anything.",
        Injection = $"has a process in the service redis hold {LeakMebibytes} of the 64 MiB that it may use",
        Hint = "Get-CivicQServiceUsage",
        Remedy = "Get-CivicQServiceUsage -Environment lab | Where-Object MemoryRatio -gt 0.9 | Restart-CivicQService",
        RemedyCmdlets = ["Restart-CivicQService", "Set-CivicQService"],
        RemedyTrace = LabServiceSpec.Redis,
        Source = "runbook, Service Issues: memory pressure",
    };

    /// <inheritdoc/>
    private protected override string Service => LabServiceSpec.Redis;

    /// <inheritdoc/>
    private protected override async Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        foreach (var instance in await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false))
        {
            // The pipe has a reader that never reads: so dd keeps what it has read of /dev/zero.
            await lab.RunAsync(
                instance,
                $"mkdir -p /tmp; rm -f /tmp/leak; mkfifo /tmp/leak; {{ sleep 2147483647 </tmp/leak & dd if=/dev/zero of=/tmp/leak bs={LeakMebibytes}M count=1; }} >/dev/null 2>&1 </dev/null &",
                cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    private protected override async Task<DrillSighting> LookAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        var usages = await lab.Host.GetUsageAsync([await lab.ServiceAsync(Service, cancellationToken).ConfigureAwait(false)], cancellationToken).ConfigureAwait(false);
        var worst = usages.MaxBy(usage => usage.MemoryRatio ?? 0);
        return new DrillSighting(
            worst?.MemoryRatio > Limit,
            worst?.MemoryRatio is { } ratio ? $"{worst.Instance} uses {Measure.Format(ratio, MeasureUnit.Ratio)} of the memory that it may." : "No instance has been measured yet.");
    }

    /// <inheritdoc/>
    private protected override async Task ClearAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        if ((await LookAsync(lab, cancellationToken).ConfigureAwait(false)).IsThere)
        {
            await lab.Host.RestartAsync(await lab.ServiceAsync(Service, cancellationToken).ConfigureAwait(false), rolling: false, dryRun: false, _ => { }, cancellationToken).ConfigureAwait(false);
        }
    }
}
