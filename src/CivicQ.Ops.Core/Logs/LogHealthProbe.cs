using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Services.Hosts;
using CivicQ.Ops.Core.Services.Logs;

namespace CivicQ.Ops.Core.Logs;

/// <summary>Counts the errors of the last hour and the share of failed requests: in the log files that the environment names, and in the logs of its services.</summary>
public sealed class LogHealthProbe : IHealthProbe
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Component => "Logs";

    /// <inheritdoc/>
    public string NextStep => LogErrors.NotReadable.RecommendedAction;

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => HasFiles(environment) || environment.Services is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var since = DateTimeOffset.UtcNow - Period;
        // Stops a little before its own time-out, to tell what it has counted by then.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var allowed = context.Timeout * 0.8;
        limit.CancelAfter(allowed);
        var services = context.Environment.Services is null ? null : ServicesAsync(context, since, allowed, cancellationToken);
        var results = HasFiles(context.Environment) ? await FilesAsync(context.Environment.Logs!, since, thresholds, limit.Token).ConfigureAwait(false) : [];
        if (services is not null)
        {
            try
            {
                results.AddRange(Judge(thresholds, await services.ConfigureAwait(false)));
            }
            catch (OperationException error)
            {
                // Whether the services run is for others to judge; what their logs say is not known.
                results.Add(thresholds.Judge(Component, "ServiceErrors", double.NaN, error.Message) with { ErrorId = error.Definition.Id, NextStep = error.Definition.RecommendedAction });
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return results;
    }

    private static bool HasFiles(CivicQEnvironment environment) => environment.Logs is { } logs && logs.Application.Count + logs.Access.Count > 0;

    private static async Task<ServiceErrorCount> ServicesAsync(EnvironmentContext context, DateTimeOffset since, TimeSpan allowed, CancellationToken cancellationToken)
    {
        var host = await ServiceHosts.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = host.ConfigureAwait(false);
        return await RecentServiceErrors.CountAsync(host, since, allowed, cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<HealthResult> Judge(ThresholdSet thresholds, ServiceErrorCount count)
    {
        RecentLines Lines(long entries, long errors) => new() { Entries = entries, Errors = errors, Latest = count.Latest, Complete = count.IsComplete, Unreadable = count.Unreadable };
        var errors = Lines(count.Entries, count.Errors);
        var by = count.ErrorsByService.Count == 0 ? "" : $" ({string.Join(", ", count.ErrorsByService.Take(5).Select(pair => $"{pair.Key} {Count(pair.Value)}"))})";
        yield return Judge(thresholds, "ServiceErrors", errors, errors.Errors, $"{AtLeast(errors)}{Count(errors.Errors)} errors among {Count(errors.Entries)} entries of the services' logs{by}{Latest(errors)}.");
        if (count.Requests > 0)
        {
            var requests = Lines(count.Requests, count.FailedRequests);
            var ratio = (double)requests.Errors / requests.Entries;
            yield return Judge(
                thresholds, "ServiceErrorRate", requests, ratio, $"{AtLeast(requests)}{Count(requests.Errors)} of {Count(requests.Entries)} requests in the services' logs answered with 5xx.");
        }
    }

    private async Task<List<HealthResult>> FilesAsync(LogSettings logs, DateTimeOffset since, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var application = Task.WhenAll(logs.Application.Select(path => Task.Run(() => RecentErrorCounter.ApplicationAsync(path, since, cancellationToken), CancellationToken.None)));
        var access = Task.WhenAll(logs.Access.Select(path => Task.Run(() => RecentErrorCounter.AccessAsync(path, since, cancellationToken), CancellationToken.None)));
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
