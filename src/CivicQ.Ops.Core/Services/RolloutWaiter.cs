using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Services;

/// <summary>Waits for a rollout, and says meanwhile how far it is.</summary>
public static class RolloutWaiter
{
    /// <summary>Waits until a rollout is complete.</summary>
    /// <param name="host">Where the service is.</param>
    /// <param name="service">The service.</param>
    /// <param name="revision">The revision that must be rolled out; whichever is the present one without it.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="reporter">Gets the progress.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>The last status.</returns>
    /// <exception cref="OperationException"><see cref="ServiceErrors.RolloutTimedOut"/> with what was still awaited, or why it cannot complete.</exception>
    public static async Task<RolloutStatus> WaitAsync(
        IServiceHost host, ServiceInfo service, long? revision, TimeSpan timeout, IOperationReporter reporter, CancellationToken cancellationToken)
    {
        var activity = $"Rollout of {service.Service} in {host.Environment}";
        RolloutStatus? last = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await foreach (var status in host.WatchRolloutAsync(service, revision, limit.Token).WithCancellation(limit.Token).ConfigureAwait(false))
            {
                last = status;
                reporter.Progress(new ProgressReport(activity, status.Message, Share(status)));
                if (status.IsComplete)
                {
                    return status;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException(
                ServiceErrors.RolloutTimedOut,
                string.Create(CultureInfo.InvariantCulture, $"The rollout of {service.Service} in '{host.Environment}' was not over within {timeout.TotalSeconds:0.###} s: {last?.Message ?? "nothing was heard of it."}"),
                service.Service);
        }
        finally
        {
            reporter.Progress(new ProgressReport(activity, last?.Message ?? "over", 1, Completed: true));
        }

        return last ?? throw new OperationException(ServiceErrors.RolloutFailed, $"Nothing was heard of the rollout of {service.Service} in '{host.Environment}'.", service.Service);
    }

    private static double Share(RolloutStatus status) =>
        status.Desired <= 0 ? status.IsComplete ? 1 : 0 : Math.Clamp((double)Math.Min(status.Updated, status.Available) / status.Desired, 0, 1);
}
