using System.Diagnostics;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Drills.Services;

/// <summary>What drills of the lab's services have in common.</summary>
public abstract class ServiceDrill : IDrill
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    // What crashes at its start is ready for a moment each time.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public LabServerKind Server => LabServerKind.Services;

    /// <inheritdoc/>
    public abstract DrillDescription Description { get; }

    /// <summary>The service that the incident is brought about in.</summary>
    private protected abstract string Service { get; }

    /// <inheritdoc/>
    public async Task InjectAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var lab = await ServiceLab.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = lab.ConfigureAwait(false);

        // One incident of a service at a time; what the last drill left behind may take a moment to come up.
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var service = await lab.ServiceAsync(Service, cancellationToken).ConfigureAwait(false);
            if (service.Status == ServiceStatus.Ready && (await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false)).All(HasSettled))
            {
                break;
            }

            if (clock.Elapsed > context.Timeout)
            {
                throw new OperationException(
                    DrillErrors.NotVisible, $"The lab's service '{Service}' is not whole, so that nothing was done to it: {service.Reason ?? "it starts again and again."}", Service);
            }

            await Task.Delay(Between, cancellationToken).ConfigureAwait(false);
        }

        await InjectAsync(lab, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var lab = await ServiceLab.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = lab.ConfigureAwait(false);
        return await LookAsync(lab, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task ClearAsync(DrillContext context, CancellationToken cancellationToken)
    {
        var lab = await ServiceLab.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = lab.ConfigureAwait(false);
        if (lab.Cluster is not null)
        {
            await lab.RestoreAsync(Service, cancellationToken).ConfigureAwait(false);
        }

        await ClearAsync(lab, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings the incident about.</summary>
    private protected abstract Task InjectAsync(ServiceLab lab, CancellationToken cancellationToken);

    /// <summary>Looks whether an instance is in trouble of the drill's kind.</summary>
    private protected virtual async Task<DrillSighting> LookAsync(ServiceLab lab, CancellationToken cancellationToken)
    {
        var instances = await lab.InstancesAsync(Service, cancellationToken).ConfigureAwait(false);
        return instances.FirstOrDefault(IsTroubled) is { } found
            ? new DrillSighting(true, $"{found.Instance}: {found.Reason ?? "it has only just started."}")
            : new DrillSighting(false, $"{instances.Count(instance => instance.IsReady)} of {instances.Count} instances of {Service} are ready.");
    }

    /// <summary>Whether an instance shows the incident.</summary>
    private protected virtual bool IsTroubled(ServiceInstance instance) => false;

    /// <summary>Undoes what is left of the incident. The deployment has its own specification again by then.</summary>
    private protected virtual Task ClearAsync(ServiceLab lab, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Whether an instance is ready, and has been running for some seconds.</summary>
    private protected static bool HasSettled(ServiceInstance instance) => instance is { IsReady: true, StartedAt: { } started } && DateTimeOffset.UtcNow - started >= Settling;
}
