using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Procedures.Services;

/// <summary>One change of one service, worked out and not yet made.</summary>
public sealed record ServiceChange
{
    /// <summary>The service as it was when the change was worked out.</summary>
    public required ServiceInfo Service { get; init; }

    /// <summary>What is done, for the question whether to go ahead.</summary>
    public required string Description { get; init; }

    /// <summary>Where there is nothing to do: why.</summary>
    public string? NothingToDo { get; init; }

    /// <summary>What becomes different.</summary>
    public IReadOnlyList<ServiceDifference> Changes { get; init; } = [];

    /// <summary>The revision before.</summary>
    public long? FromRevision { get; init; }

    /// <summary>The revision that is gone to.</summary>
    public long? ToRevision { get; init; }

    /// <summary>Lets the server check the order without following it.</summary>
    public required Func<CancellationToken, Task> DryRun { get; init; }

    /// <summary>Gives the order.</summary>
    public required Func<Action<ServiceProgress>, CancellationToken, Task> Execute { get; init; }

    /// <summary>Takes it back where health does not come; <see langword="null"/> where it stays.</summary>
    public Func<Action<ServiceProgress>, CancellationToken, Task>? BackOut { get; init; }

    /// <summary>A restart.</summary>
    /// <param name="host">Where the service is.</param>
    /// <param name="service">The service.</param>
    /// <param name="rolling">One instance after the other.</param>
    /// <returns>The change.</returns>
    public static ServiceChange Restart(IServiceHost host, ServiceInfo service, bool rolling)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(service);
        return new ServiceChange
        {
            Service = service,
            Description = rolling || service.Platform == ServicePlatform.Kubernetes ? "Restart one instance after the other" : "Restart",
            FromRevision = service.Revision,
            DryRun = token => host.RestartAsync(service, rolling, dryRun: true, _ => { }, token),
            Execute = (progress, token) => host.RestartAsync(service, rolling, dryRun: false, progress, token),
        };
    }

    /// <summary>Another scale or other limits.</summary>
    /// <param name="host">Where the service is.</param>
    /// <param name="service">The service.</param>
    /// <param name="limits">What is to be set.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The change; the server has checked it where it can.</returns>
    public static async Task<ServiceChange> SetAsync(IServiceHost host, ServiceInfo service, ServiceLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(service);
        var changes = await host.SetAsync(service, limits, dryRun: true, cancellationToken).ConfigureAwait(false);
        return new ServiceChange
        {
            Service = service,
            Description = $"Set {string.Join("; ", changes)}",
            NothingToDo = changes.Count == 0 ? $"{service.Service} is so already." : null,
            Changes = changes,
            FromRevision = service.Revision,
            // It was the dry run that gave the changes.
            DryRun = _ => Task.CompletedTask,
            Execute = (_, token) => host.SetAsync(service, limits, dryRun: false, token),
        };
    }

    /// <summary>The way back to an earlier revision.</summary>
    /// <param name="host">Where the service is.</param>
    /// <param name="service">The service.</param>
    /// <param name="toRevision">The revision; the one before the present without it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The change.</returns>
    /// <exception cref="OperationException">There is no such revision, or rollouts are paused.</exception>
    public static async Task<ServiceChange> UndoAsync(IServiceHost host, ServiceInfo service, long? toRevision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(service);
        var plan = await host.PlanUndoAsync(service, toRevision, cancellationToken).ConfigureAwait(false);
        return new ServiceChange
        {
            Service = service,
            Description = $"Roll back from revision {plan.FromRevision} to {plan.ToRevision}: {(plan.Changes.Count == 0 ? "nothing that a container would notice" : string.Join("; ", plan.Changes))}",
            NothingToDo = plan.IsAlreadyThere ? $"{service.Service} already is as revision {plan.ToRevision} says." : null,
            Changes = plan.Changes,
            FromRevision = plan.FromRevision,
            ToRevision = plan.ToRevision,
            DryRun = token => host.UndoAsync(plan, dryRun: true, _ => { }, token),
            Execute = (progress, token) => host.UndoAsync(plan, dryRun: false, progress, token),
            // On Kubernetes what was there before is one Undo-CivicQRollout away, and kubectl leaves it at that too.
            BackOut = service.Platform == ServicePlatform.Compose ? (progress, token) => BackAsync(host, service, plan.FromRevision, progress, token) : null,
        };
    }

    private static async Task BackAsync(IServiceHost host, ServiceInfo service, long revision, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        // What ran and was of no release has become one by now: the one before.
        var back = await host.PlanUndoAsync(service, revision == 0 ? null : revision, cancellationToken).ConfigureAwait(false);
        if (!back.IsAlreadyThere)
        {
            await host.UndoAsync(back, dryRun: false, progress, cancellationToken).ConfigureAwait(false);
        }
    }
}
