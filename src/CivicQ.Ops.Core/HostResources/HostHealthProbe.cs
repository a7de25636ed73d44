using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.HostResources;

/// <summary>Looks at the machine that runs the cmdlets, where that is a part of the environment.</summary>
public sealed class HostHealthProbe : IHealthProbe
{
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public string Component => "Host";

    /// <inheritdoc/>
    public string NextStep => "Runbook: High Memory Usage; manual: Infrastructure Health.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.LocalHost;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var resources = await HostMonitor.MeasureAsync(context.Environment, Sample, [], cancellationToken).ConfigureAwait(false);
        var load = resources.FirstOrDefault(resource => resource.Resource == HostResourceKind.Load);
        return
        [
            .. resources.Where(resource => resource.Resource is HostResourceKind.Cpu or HostResourceKind.Memory or HostResourceKind.Disk).Select(resource => Sustained(resource, load)).Select(resource => new HealthResult
            {
                Component = Component,
                Check = resource.Resource == HostResourceKind.Disk ? "Disk " + resource.Name : resource.Resource.ToString(),
                Status = resource.Status,
                Value = resource.UsedRatio is { } ratio ? Math.Max(ratio, resource.InodesUsedRatio ?? 0) : null,
                Unit = Measures.MeasureUnit.Ratio,
                Threshold = resource.Threshold,
                Detail = resource.Detail,
                NextStep = resource.NextStep,
            }),
        ];
    }

    // The manual acts on a CPU that is busy for long; a quarter of a second is not long, so the last minute's load has its say.
    private static HostResource Sustained(HostResource resource, HostResource? load) =>
        resource is { Resource: HostResourceKind.Cpu, Status: HealthStatus.Unhealthy } && load?.UsedRatio < resource.Threshold?.Unhealthy
            ? resource with { Status = HealthStatus.Degraded, Detail = resource.Detail + " Not sustained: the load of the last minute is lower." }
            : resource;
}
