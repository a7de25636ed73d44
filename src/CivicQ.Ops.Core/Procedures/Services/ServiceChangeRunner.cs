using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Procedures.Services;

/// <summary>Makes changes of services: gives the order, waits for the instances, looks at health, and takes back what did not become healthy where that is possible.</summary>
/// <param name="context">The environment.</param>
/// <param name="host">What runs its services.</param>
public sealed class ServiceChangeRunner(EnvironmentContext context, IServiceHost host)
{
    // What a service's change may break for its users. The other components do not hang on it.
    private static readonly string[] DefaultComponents = ["Api", "Site", "Queue"];
    private static readonly TimeSpan LeastHealthTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(1);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private ErrorDefinition? failure;

    /// <summary>What is done.</summary>
    public required ServiceAction Action { get; init; }

    /// <summary>Whether the outcome is waited for.</summary>
    public required bool Wait { get; init; }

    /// <summary>How long the outcome is waited for.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The components whose health must be there afterwards; empty for none, <see langword="null"/> for the usual ones that the environment has.</summary>
    public IReadOnlyList<string>? HealthComponents { get; init; }

    /// <summary>Sees that components are there before anything is changed.</summary>
    /// <param name="components">Their names; <see langword="null"/> for the usual ones.</param>
    /// <exception cref="OperationException"><c>ComponentNotFound</c>.</exception>
    public static void Check(IReadOnlyList<string>? components) => HealthProbes.Named(components ?? []);

    /// <summary>The error that a result stands for.</summary>
    /// <param name="result">A failed result of this runner.</param>
    /// <returns>The catalogue's entry.</returns>
    public ErrorDefinition Definition(ServiceChangeResult result) => failure ?? ServiceErrors.NotHealthy;

    /// <summary>Makes a change.</summary>
    /// <param name="change">The change.</param>
    /// <param name="cancellationToken">Ends the wait; what was ordered goes on.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="OperationException">The order was refused; nothing was changed.</exception>
    public async Task<ServiceChangeResult> RunAsync(ServiceChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        (failure, var service) = (null, change.Service);
        clock.Restart();
        await change.Execute(Report(change), cancellationToken).ConfigureAwait(false);
        if (!Wait)
        {
            return Result(change, ServiceChangeOutcome.Ordered, null);
        }

        var (status, health, reason) = await VerifyAsync(service, cancellationToken).ConfigureAwait(false);
        var outcome = reason is null ? ServiceChangeOutcome.Done : ServiceChangeOutcome.Failed;
        if (reason is not null && change.BackOut is { } back)
        {
            context.Reporter.Warning($"{service.Service} in '{host.Environment}' does not become healthy ({reason}); it goes back to where it was.");
            await back(Report(change), cancellationToken).ConfigureAwait(false);
            (status, health, var stillWrong) = await VerifyAsync(service, cancellationToken).ConfigureAwait(false);
            outcome = stillWrong is null ? ServiceChangeOutcome.BackedOut : ServiceChangeOutcome.Failed;
            reason = stillWrong is null ? $"It was taken back: {reason}" : $"{reason} Nor is it healthy after it was taken back: {stillWrong}";
        }

        return Result(change, outcome, reason) with { Ready = status?.Available, Desired = status?.Desired, Health = health };
    }

    /// <summary>The result of a change that came to such an end.</summary>
    /// <param name="change">The change.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="reason">Why, where something is to be said.</param>
    /// <returns>The result.</returns>
    public ServiceChangeResult Result(ServiceChange change, ServiceChangeOutcome outcome, string? reason)
    {
        ArgumentNullException.ThrowIfNull(change);
        return new ServiceChangeResult
        {
            Environment = change.Service.Environment,
            Service = change.Service.Service,
            PlatformName = change.Service.PlatformName,
            Platform = change.Service.Platform,
            Action = Action,
            Outcome = outcome,
            Changes = change.Changes,
            FromRevision = change.FromRevision,
            ToRevision = change.ToRevision,
            Reason = reason,
            Duration = outcome is ServiceChangeOutcome.Planned or ServiceChangeOutcome.AlreadyThere ? TimeSpan.Zero : clock.Elapsed,
        };
    }

    private async Task<(RolloutStatus? Status, HealthStatus? Health, string? Reason)> VerifyAsync(ServiceInfo service, CancellationToken cancellationToken)
    {
        RolloutStatus status;
        try
        {
            status = await RolloutWaiter.WaitAsync(host, service, null, Remaining(TimeSpan.FromSeconds(1)), context.Reporter, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            failure ??= error.Definition;
            return (null, null, error.Message);
        }

        var probes = HealthProbes.Named(HealthComponents ?? DefaultComponents).Where(probe => HealthComponents is not null || probe.IsConfigured(context.Environment)).ToList();
        if (probes.Count == 0 || status.Desired == 0)
        {
            return (status, null, null);
        }

        var options = new HealthWatchOptions { Period = TimeSpan.Zero, Interval = HealthInterval, Timeout = Remaining(LeastHealthTime), Required = HealthStatus.Degraded };
        var timeline = await HealthMonitor.WatchAsync(context, probes, options, cancellationToken).ConfigureAwait(false);
        if (timeline.Held)
        {
            return (status, timeline.Worst, null);
        }

        failure ??= ServiceErrors.NotHealthy;
        return (status, timeline.Worst, string.Join("; ", timeline.Remaining.Select(result => $"{result.Component} ({result.Check}): {result.Detail}")));
    }

    private TimeSpan Remaining(TimeSpan least) => Timeout - clock.Elapsed > least ? Timeout - clock.Elapsed : least;

    private Action<ServiceProgress> Report(ServiceChange change) => step => context.Reporter.Progress(new ProgressReport(
        $"{Action} of {change.Service.Service} in {host.Environment}", step.Message, step.Total == 0 ? 0 : Math.Clamp((double)step.Done / step.Total, 0, 1)));
}
