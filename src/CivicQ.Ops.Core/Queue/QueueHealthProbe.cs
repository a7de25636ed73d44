using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Queue;

/// <summary>Asks Celery's workers and looks at its queues, both through the broker.</summary>
public sealed class QueueHealthProbe : IHealthProbe
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Component => "Queue";

    /// <inheritdoc/>
    public string NextStep => "Runbook: Celery Queue Backup. Check that the broker (Redis) runs.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => CeleryControl.BrokerOf(environment) is not null;

    /// <inheritdoc/>
    public async Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        (await RedisAddress.ResolveAsync(context, CeleryControl.BrokerOf(context.Environment)!, cancellationToken).ConfigureAwait(false)).ToString();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var queue = context.Environment.Queue!;
        var broker = CeleryControl.BrokerOf(context.Environment)!;
        var connection = await RedisConnector.OpenAsync(context, broker, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var control = new CeleryControl(connection, queue.KeyPrefix);
        var results = new List<HealthResult>();
        foreach (var name in queue.Queues)
        {
            var depth = await control.DepthAsync(name, cancellationToken).ConfigureAwait(false);
            results.Add(thresholds.Judge(Component, "Depth", depth, $"{Measure.Format(depth, MeasureUnit.Count)} tasks wait in queue '{name}'.") with { Check = "Depth " + name });
        }

        results.Add(await UnacknowledgedAsync(control, thresholds, cancellationToken).ConfigureAwait(false));
        var patience = context.Timeout / 2 < LongestPatience ? context.Timeout / 2 : LongestPatience;
        results.Insert(0, Workers(await control.PingAsync(patience, cancellationToken).ConfigureAwait(false), thresholds));
        return results;
    }

    private HealthResult Workers(CeleryAnswer answer, ThresholdSet thresholds)
    {
        var names = string.Join(", ", answer.Replies.Select(reply => reply.Worker).Order(StringComparer.Ordinal));
        var silent = answer.Listeners - answer.Replies.Count;
        var result = thresholds.Judge(Component, "Workers", answer.Replies.Count, true switch
        {
            _ when answer.Listeners == 0 => "No worker is connected to the broker.",
            _ when silent > 0 => $"{answer.Listeners} workers are connected, {answer.Replies.Count} answered{(names.Length > 0 ? $" ({names})" : "")}: {silent} stuck.",
            _ => $"{names} answered in {Measure.Duration(answer.Elapsed)}.",
        });
        return silent > 0
            ? result with
            {
                Status = result.Status > HealthStatus.Degraded ? result.Status : HealthStatus.Degraded,
                NextStep = "Restart the stuck worker; runbook: Celery Queue Backup, stuck tasks.",
            }
            : result;
    }

    private async Task<HealthResult> UnacknowledgedAsync(CeleryControl control, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var (count, oldest) = await control.UnacknowledgedAsync(cancellationToken).ConfigureAwait(false);
        var age = oldest is { } since ? DateTimeOffset.UtcNow - since : TimeSpan.Zero;
        return thresholds.Judge(Component, "Unacked", Math.Max(0, age.TotalSeconds), count == 0
            ? "No task is taken and unfinished."
            : $"{Measure.Format(count, MeasureUnit.Count)} tasks taken and unfinished, the oldest for {Measure.Duration(age)}.");
    }
}
