using System.Diagnostics;
using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Health;

/// <summary>Runs probes side by side. A dead component costs its own time-out and nothing else.</summary>
public static class HealthRunner
{
    private static readonly TimeSpan TargetPatience = TimeSpan.FromSeconds(1);

    /// <summary>Checks an environment with the given probes, all at once.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="probes">The probes.</param>
    /// <param name="cancellationToken">Ends all checks.</param>
    /// <returns>The results, in the order in which components finish.</returns>
    public static async IAsyncEnumerable<HealthResult> CheckAsync(
        EnvironmentContext context, IEnumerable<IHealthProbe> probes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var thresholds = ThresholdSet.For(context.Environment);
        var running = probes.Select(probe => CheckOneAsync(probe, context, thresholds, cancellationToken)).ToList();
        while (running.Count > 0)
        {
            var finished = await Task.WhenAny(running).ConfigureAwait(false);
            running.Remove(finished);
            foreach (var result in await finished.ConfigureAwait(false))
            {
                yield return result;
            }
        }
    }

    /// <summary>Checks one component, within the environment's time-out.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="context">The environment.</param>
    /// <param name="thresholds">The limits in force.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>The results; one Unhealthy result where the component did not answer.</returns>
    public static async Task<IReadOnlyList<HealthResult>> CheckOneAsync(
        IHealthProbe probe, EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var started = DateTimeOffset.UtcNow;
        var clock = Stopwatch.StartNew();
        IReadOnlyList<HealthResult> results;
        if (!probe.IsConfigured(context.Environment))
        {
            results = [new HealthResult { Component = probe.Component, Check = "Configuration", Status = HealthStatus.NotConfigured, Detail = "This environment does not have it." }];
        }
        else
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(context.Timeout);
            try
            {
                // A client that ignores its token must not cost more than its own time-out.
                results = await probe.CheckAsync(context, thresholds, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (OperationCanceledException)
            {
                var target = await TargetAsync(probe, context, cancellationToken).ConfigureAwait(false);
                var sentence = FormattableString.Invariant($"o answer within {context.Timeout.TotalSeconds:0.###} s.");
                results = [Failure(probe, GeneralErrors.TimedOut.Id, target is null ? $"N{sentence}" : $"{target}: n{sentence}")];
            }
            catch (OperationException error)
            {
                results = [Failure(probe, error.Definition.Id, error.Message, error.Definition.RecommendedAction)];
            }
            catch (Exception error)
            {
                results = [Failure(probe, GeneralErrors.Unexpected.Id, error.Message)];
            }
        }

        return [.. results.Select(result => result with
        {
            Environment = context.Name,
            CheckedAt = started,
            Duration = result.Duration == TimeSpan.Zero ? clock.Elapsed : result.Duration,
        })];
    }

    private static async Task<string?> TargetAsync(IHealthProbe probe, EnvironmentContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.TargetAsync(context, cancellationToken).WaitAsync(TargetPatience, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationException or TimeoutException)
        {
            // A secret that hangs, or cannot be read: then the component alone is named.
            return null;
        }
    }

    private static HealthResult Failure(IHealthProbe probe, string errorId, string detail, string? nextStep = null) => new()
    {
        Component = probe.Component,
        Check = "Connection",
        Status = HealthStatus.Unhealthy,
        Detail = detail,
        NextStep = nextStep ?? probe.NextStep,
        ErrorId = errorId,
    };
}
