using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Logs;

/// <summary>Counts the errors of the last hour in the application's logs, and the share of failed requests in the access logs.</summary>
public sealed class LogHealthProbe : IHealthProbe
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Component => "Logs";

    /// <inheritdoc/>
    public string NextStep => LogErrors.NotReadable.RecommendedAction;

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Logs is { } logs && logs.Application.Count + logs.Access.Count > 0;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var logs = context.Environment.Logs!;
        var since = DateTimeOffset.UtcNow - Period;
        // Stops a little before its own time-out, to tell what it has counted by then.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(context.Timeout * 0.8);
        var application = Task.WhenAll(logs.Application.Select(path => Task.Run(() => RecentErrorCounter.ApplicationAsync(path, since, limit.Token), CancellationToken.None)));
        var access = Task.WhenAll(logs.Access.Select(path => Task.Run(() => RecentErrorCounter.AccessAsync(path, since, limit.Token), CancellationToken.None)));
        var results = new List<HealthResult>();
        if (Sum(await application.ConfigureAwait(false)) is { } errors)
        {
            results.Add(Judge(thresholds, "Errors", errors, errors.Errors, $"{AtLeast(errors)}{Count(errors.Errors)} errors among {Count(errors.Entries)} entries{Latest(errors)}."));
        }

        if (Sum(await access.ConfigureAwait(false)) is { } requests)
        {
            var ratio = requests.Entries == 0 ? double.NaN : (double)requests.Errors / requests.Entries;
            results.Add(Judge(thresholds, "ErrorRate", requests, ratio, $"{AtLeast(requests)}{Count(requests.Errors)} of {Count(requests.Entries)} requests answered with 5xx{Latest(requests)}."));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return results;
    }

    private static string Count(long number) => Measure.Format(number, MeasureUnit.Count);

    private static string AtLeast(RecentLines lines) => lines.Complete ? "" : "At least ";

    private static string Latest(RecentLines lines) => lines.Latest is { } time ? FormattableString.Invariant($", the latest at {time.UtcDateTime:HH:mm:ss} UTC") : "";

    private static RecentLines? Sum(RecentLines[] lines) => lines.Length == 0 ? null : lines.Aggregate((all, one) => all.Plus(one));

    // A log that cannot be read says nothing about errors: neither green nor red.
    private HealthResult Judge(ThresholdSet thresholds, string check, RecentLines lines, double value, string detail)
    {
        var result = thresholds.Judge(Component, check, value, detail);
        return lines.Unreadable.Count == 0 ? result : result with
        {
            Status = result.Status >= HealthStatus.Degraded ? result.Status : HealthStatus.Unknown,
            Detail = $"{detail} Not readable: {string.Join("; ", lines.Unreadable)}",
            ErrorId = LogErrors.NotReadable.Id,
            NextStep = result.NextStep.Length > 0 ? result.NextStep : LogErrors.NotReadable.RecommendedAction,
        };
    }
}
