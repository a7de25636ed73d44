using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Services.Hosts;

/// <summary>Sees whether every service has the instances that it should have, on Compose and on Kubernetes.</summary>
public sealed class ServicesHealthProbe : IHealthProbe
{
    /// <inheritdoc/>
    public string Component => "Services";

    /// <inheritdoc/>
    public string NextStep => ServiceErrors.NotConfigured.RecommendedAction;

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment?.Services is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        var services = await host.GetServicesAsync(cancellationToken).ConfigureAwait(false);
        var down = services.Where(service => service.Status == ServiceStatus.Down).ToList();
        var degraded = services.Where(service => service.Status is ServiceStatus.Degraded or ServiceStatus.Progressing).ToList();
        var ready = services.Count(service => service.Status == ServiceStatus.Ready);
        var all = string.Create(CultureInfo.InvariantCulture, $"{ready} of {services.Count} services are ready ({host.Address}).");
        return
        [
            thresholds.Judge(Component, "Down", services.Count == 0 ? double.NaN : down.Count, down.Count == 0 ? all : Told(down)),
            thresholds.Judge(Component, "Degraded", services.Count == 0 ? double.NaN : degraded.Count, degraded.Count == 0 ? all : Told(degraded)),
        ];
    }

    /// <inheritdoc/>
    public async Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        return host.Address;
    }

    private static string Told(IReadOnlyList<ServiceInfo> services) => string.Join(" ", services.Select(service => $"{service.Service}: {service.Reason ?? service.Status.ToString()}"));
}
