using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Compose;

namespace CivicQ.Ops.Core.Procedures.Services;

/// <summary>
/// Publishes a release of a Compose project: builds and brings up what its files say, enters the images into the release ledger, sees that all is
/// healthy, and goes back to the images from before where it is not.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="host">Its project.</param>
/// <param name="runner">Waits and verifies.</param>
public sealed class ReleasePublisher(EnvironmentContext context, ComposeHost host, ServiceChangeRunner runner)
{
    /// <summary>The project of an environment that publishes releases.</summary>
    /// <param name="host">What runs the environment's services.</param>
    /// <returns>The project.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.NotSupported"/>: it is Kubernetes.</exception>
    public static ComposeHost Project(IServiceHost host) => host as ComposeHost ?? throw new OperationException(
        ServiceErrors.NotSupported,
        $"The services of '{host?.Environment}' run on Kubernetes: a release there is a change of its manifests, which whoever applies them publishes. Get-CivicQRolloutHistory and Undo-CivicQRollout know it afterwards.",
        host?.Environment);

    /// <summary>Publishes.</summary>
    /// <param name="build">True to build images from their sources first.</param>
    /// <param name="note">What the release is.</param>
    /// <param name="progress">Gets the steps.</param>
    /// <param name="cancellationToken">Ends it; what was brought up stays.</param>
    /// <returns>One result a service.</returns>
    /// <exception cref="OperationException">Compose failed; the message has its words.</exception>
    public async Task<IReadOnlyList<ServiceChangeResult>> PublishAsync(bool build, string? note, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        // What runs now must be a release too, or there is nothing to go back to.
        await host.RecordAsync(cancellationToken).ConfigureAwait(false);
        var before = (await host.GetServicesAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(service => service.PlatformName, StringComparer.Ordinal);
        var release = await host.PublishAsync(build, note, progress, cancellationToken).ConfigureAwait(false);
        List<(ServiceChange Change, ServiceChangeResult Result)> results = [];
        // One that is to have no container has nothing that could be released.
        foreach (var service in (await host.GetServicesAsync(cancellationToken).ConfigureAwait(false)).Where(service => service.Desired > 0))
        {
            var change = await ChangeAsync(service, before.GetValueOrDefault(service.PlatformName), release.Revision, cancellationToken).ConfigureAwait(false);
            var result = change.NothingToDo is { } reason
                ? runner.Result(change, ServiceChangeOutcome.AlreadyThere, reason)
                : await runner.RunAsync(change, cancellationToken).ConfigureAwait(false);
            results.Add((change, result));
        }

        var failed = results.FindIndex(one => one.Result.Outcome == ServiceChangeOutcome.Failed);
        return failed < 0 ? [.. results.Select(one => one.Result)] : await BackOutAsync(results, results[failed].Result, progress, cancellationToken).ConfigureAwait(false);
    }

    // What is brought up already needs no order; it is waited for and verified as after any change.
    private async Task<ServiceChange> ChangeAsync(ServiceInfo service, ServiceInfo? before, long release, CancellationToken cancellationToken)
    {
        var history = await host.GetHistoryAsync(service, cancellationToken).ConfigureAwait(false);
        var changes = history.FirstOrDefault(revision => revision.Revision == release)?.Changes ?? [];
        return new ServiceChange
        {
            Service = service,
            Description = "Publish",
            NothingToDo = changes.Count == 0 && before is { Status: ServiceStatus.Ready } && before.CreatedAt == service.CreatedAt ? $"{service.Service} is as it was." : null,
            Changes = changes,
            FromRevision = before?.Revision,
            ToRevision = release,
            DryRun = _ => Task.CompletedTask,
            Execute = (_, _) => Task.CompletedTask,
        };
    }

    private async Task<IReadOnlyList<ServiceChangeResult>> BackOutAsync(
        List<(ServiceChange Change, ServiceChangeResult Result)> results, ServiceChangeResult failure, Action<ServiceProgress> progress, CancellationToken cancellationToken)
    {
        context.Reporter.Warning($"The release does not become healthy in '{host.Environment}' ({failure.Service}: {failure.Reason}); what has another image goes back.");
        List<ServiceChangeResult> told = [];
        foreach (var (change, result) in results)
        {
            if (change.Changes.Count == 0 || change.FromRevision is not { } revision)
            {
                told.Add(result);
                continue;
            }

            var plan = await host.PlanUndoAsync(change.Service, revision, cancellationToken).ConfigureAwait(false);
            var back = change with { Execute = (_, token) => plan.IsAlreadyThere ? Task.CompletedTask : host.UndoAsync(plan, dryRun: false, progress, token) };
            var undone = await runner.RunAsync(back, cancellationToken).ConfigureAwait(false);
            told.Add(undone with
            {
                Outcome = undone.Outcome == ServiceChangeOutcome.Done ? ServiceChangeOutcome.BackedOut : ServiceChangeOutcome.Failed,
                Reason = undone.Outcome == ServiceChangeOutcome.Done
                    ? $"The release was taken back: {failure.Service}: {failure.Reason}"
                    : $"The release failed ({failure.Service}: {failure.Reason}), and it is not healthy after it was taken back: {undone.Reason}",
            });
        }

        return told;
    }
}
