using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Web;

/// <summary>
/// Asks the API: does it answer and how fast, what does it say of itself and of what it depends on, what do its metrics show. All
/// addresses at once; one that hangs costs its own result only.
/// </summary>
public sealed class ApiHealthProbe : IHealthProbe
{
    private const string Json = "application/json";

    /// <inheritdoc/>
    public string Component => "Api";

    /// <inheritdoc/>
    public string NextStep => "Look at the log of the backend, then restart it; runbook: Service Down.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Api is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var api = context.Environment.Api!;
        // A little less than the component's own time, so that what hangs leaves what answered.
        using var session = WebSession.Open(context, context.Timeout * 0.8);
        Uri At(string path) => new(api.Url.AbsoluteUri.TrimEnd('/') + path);

        var main = HealthAsync(session, At("/health"), thresholds, cancellationToken);
        List<Task<IReadOnlyList<HealthResult>>> others =
        [
            ReportAsync(session, "ReportedDatabase", new WebQuestion(At("/health/db")) { Accept = Json }, cancellationToken),
            ReportAsync(session, "ReportedQueue", new WebQuestion(At("/health/celery")) { Accept = Json }, cancellationToken),
            MetricsAsync(session, MetricScraper.AddressOf(context), thresholds, cancellationToken),
        ];
        if (api.AdminToken is { } token)
        {
            others.Add(ReportAsync(session, "Components", new WebQuestion(At("/api/v1/admin/health")) { Accept = Json, Token = token }, cancellationToken));
        }

        var (first, reached) = await main.ConfigureAwait(false);
        var rest = (await Task.WhenAll(others).ConfigureAwait(false)).SelectMany(results => results);
        // A server that cannot be reached is one fault, not five.
        return [.. first, .. rest.Where(result => reached || result.ErrorId is null || result.ErrorId == WebErrors.StatusUnexpected.Id)];
    }

    private async Task<(IReadOnlyList<HealthResult> Results, bool Reached)> HealthAsync(
        WebSession session, Uri address, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        (WebAnswer Answer, byte[] Body) got;
        try
        {
            got = await QuickestAnswer.AskAsync(
                thresholds[Component + ".Response"], () => session.GetAsync(new WebQuestion(address) { Accept = Json }, cancellationToken),
                one => one.Answer.Succeeded ? one.Answer.FirstByte : null).ConfigureAwait(false);
        }
        catch (OperationException error)
        {
            return ([Failure("Response", error)], !WebFailure.IsOfTransport(error));
        }

        var (answer, body) = got;
        var time = answer.FirstByte;
        var response = thresholds.Judge(Component, "Response", time.TotalSeconds, $"/health answered {answer.Status} in {Measure.Duration(time)}.") with { Duration = time };
        if (answer.Redirected)
        {
            return ([Failure("Response", Redirected(answer)) with { Value = response.Value, Unit = response.Unit, Threshold = response.Threshold, Duration = time }], true);
        }

        if (!answer.Succeeded)
        {
            response = response with { Status = HealthStatus.Unhealthy, ErrorId = WebErrors.StatusUnexpected.Id, NextStep = WebErrors.StatusUnexpected.RecommendedAction };
        }

        return ([response, .. Report("Report", answer, body)], true);
    }

    private async Task<IReadOnlyList<HealthResult>> ReportAsync(WebSession session, string check, WebQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            var (answer, body) = await session.GetAsync(question, cancellationToken).ConfigureAwait(false);
            return answer.Status switch
            {
                _ when answer.Redirected => [Failure(check, Redirected(answer))],
                // Not every version of the API has these addresses.
                404 or 405 or 501 => [],
                401 or 403 => [Failure(check, new OperationException(
                    WebErrors.StatusUnexpected, string.Create(CultureInfo.InvariantCulture, $"{question.Address.AbsolutePath}: status {answer.Status}, the API refuses the token (api.adminToken)."))) with
                {
                    Status = HealthStatus.Degraded,
                    NextStep = "Check the token that api.adminToken of the environment refers to.",
                }],
                _ => Report(check, answer, body),
            };
        }
        catch (OperationException error)
        {
            return [Failure(check, error)];
        }
    }

    private async Task<IReadOnlyList<HealthResult>> MetricsAsync(WebSession session, Uri address, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        try
        {
            var scrape = await MetricScraper.ScrapeAsync(session, address, ApiTraffic.Wants, cancellationToken).ConfigureAwait(false);
            return [.. ApiTraffic.Judge(Component, scrape, thresholds)];
        }
        catch (OperationException error)
        {
            // The API works without metrics; nobody can tell its error rate, that is all.
            return [Failure("Metrics", error) with { Status = HealthStatus.Unknown, ErrorId = error.Definition == WebErrors.StatusUnexpected ? null : error.Definition.Id }];
        }
    }

    // The word of the report counts whatever the status; without a report the status must be good.
    private HealthResult[] Report(string check, WebAnswer answer, byte[] body)
    {
        try
        {
            var report = ApiReport.Read(answer, body);
            var status = answer.Succeeded || report.Status >= HealthStatus.Degraded ? report.Status : HealthStatus.Unhealthy;
            return
            [
                new HealthResult
                {
                    Component = Component,
                    Check = check,
                    Status = status,
                    Detail = answer.Succeeded ? report.Detail : $"Status {answer.Status}. {report.Detail}",
                    NextStep = status >= HealthStatus.Degraded ? "Get-CivicQHealth -Component Database, Cache, Queue asks those servers themselves; runbook: Service Down." : "",
                },
            ];
        }
        catch (OperationException error)
        {
            if (!answer.Succeeded)
            {
                // An error page: the status says it all, and Response has said it for /health.
                return check == "Report" ? [] : [Failure(check, new OperationException(WebErrors.StatusUnexpected, $"{answer.Address.AbsolutePath}: status {answer.Status}."))];
            }

            return [Failure(check, error)];
        }
    }

    private static OperationException Redirected(WebAnswer answer) => new(
        WebErrors.Redirected, string.Create(CultureInfo.InvariantCulture, $"{answer.Address.AbsolutePath} answered {answer.Status}, a redirect that {answer.Leads}."));

    private HealthResult Failure(string check, OperationException error) => new()
    {
        Component = Component,
        Check = check,
        Status = HealthStatus.Unhealthy,
        Detail = error.Message,
        ErrorId = error.Definition.Id,
        NextStep = error.Definition.RecommendedAction,
    };
}
