using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>Asks the site: does it answer, how fast, and is it a page.</summary>
public sealed class SiteHealthProbe : IHealthProbe
{
    private const int MaxRedirects = 5;

    /// <inheritdoc/>
    public string Component => "Site";

    /// <inheritdoc/>
    public string NextStep => "Runbook: Service Down. Check Vercel, Cloudflare and the last deployment.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Site is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        using var session = WebSession.Open(context, context.Timeout * 0.8);
        var question = new WebQuestion(context.Environment.Site!.Url) { Accept = "text/html", MaxRedirects = MaxRedirects, MaxBytes = 16L * 1024 * 1024 };
        try
        {
            var (answer, body) = await QuickestAnswer.AskAsync(
                thresholds[Component + ".Response"], () => session.GetAsync(question, cancellationToken),
                one => one.Answer.Succeeded ? one.Answer.FirstByte : null).ConfigureAwait(false);
            return Judge(answer, body, thresholds);
        }
        catch (OperationException error)
        {
            return [Failure("Response", error.Definition, error.Message)];
        }
    }

    private HealthResult[] Judge(WebAnswer answer, byte[] body, ThresholdSet thresholds)
    {
        var redirects = answer.Redirects switch
        {
            0 => "",
            1 => $" after a redirect to {AddressText.Of(answer.Address)}",
            _ => string.Create(CultureInfo.InvariantCulture, $" after {answer.Redirects} redirects, at {AddressText.Of(answer.Address)}"),
        };
        var response = thresholds.Judge(
            Component, "Response", answer.FirstByte.TotalSeconds, $"The site answered {answer.Status} in {Measure.Duration(answer.FirstByte)}{redirects}.") with
        {
            Duration = answer.FirstByte,
        };
        if (answer.Redirected)
        {
            return [response with
            {
                Status = HealthStatus.Unhealthy, ErrorId = WebErrors.Redirected.Id, NextStep = WebErrors.Redirected.RecommendedAction,
                Detail = string.Create(CultureInfo.InvariantCulture, $"The site answered {answer.Status}, a redirect that {answer.Leads}."),
            }];
        }

        if (!answer.Succeeded)
        {
            return [response with { Status = HealthStatus.Unhealthy, ErrorId = WebErrors.StatusUnexpected.Id, NextStep = NextStep }];
        }

        // A page is cut short by nobody who serves HTML: its first piece says what it is.
        var start = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 64 * 1024));
        var page = answer.ContentType is "text/html" or "application/xhtml+xml"
            && (start.Contains("<html", StringComparison.OrdinalIgnoreCase) || start.Contains("<!doctype html", StringComparison.OrdinalIgnoreCase));
        return page
            ? [response, new HealthResult { Component = Component, Check = "Content", Status = HealthStatus.Healthy, Detail = $"An HTML page of {Measure.Bytes(body.Length)}." }]
            : [response, Failure("Content", WebErrors.BodyInvalid, body.Length == 0
                ? "The page is empty."
                : $"What came is no HTML page ({(answer.ContentType.Length > 0 ? answer.ContentType : "no type")}, {Measure.Bytes(body.Length)}).")];
    }

    private HealthResult Failure(string check, ErrorDefinition definition, string detail) => new()
    {
        Component = Component,
        Check = check,
        Status = HealthStatus.Unhealthy,
        Detail = detail,
        ErrorId = definition.Id,
        NextStep = definition.RecommendedAction,
    };
}
