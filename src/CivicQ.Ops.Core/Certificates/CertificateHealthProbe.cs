using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Looks at every certificate of an environment, all at once: one result an endpoint.</summary>
public sealed class CertificateHealthProbe : IHealthProbe
{
    private const string Threshold = "Certificate.Expiry";

    /// <inheritdoc/>
    public string Component => "Certificate";

    /// <inheritdoc/>
    public string NextStep => "Runbook: SSL Certificate Expiring.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => CertificateTargets.Any(environment);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var trust = TrustStore.Of(context);
        var names = new HostNames();
        var limits = thresholds[Threshold];
        // A little less than the component's own time, so that one dead endpoint does not take the others with it.
        var timeout = context.Timeout * 0.8;
        var targets = await CertificateTargets.OfAsync(context, cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(targets.Select(async target =>
        {
            try
            {
                var certificate = await CertificateFetcher.FetchAsync(target, trust, names, timeout, cancellationToken).ConfigureAwait(false);
                return Result(certificate, limits);
            }
            catch (OperationException error)
            {
                return new HealthResult
                {
                    Component = Component,
                    Check = target.Endpoint.Authority,
                    Status = HealthStatus.Unhealthy,
                    Detail = error.Message,
                    ErrorId = error.Definition.Id,
                    NextStep = error.Definition.RecommendedAction,
                };
            }
        })).ConfigureAwait(false);
    }

    private HealthResult Result(CertificateInfo certificate, HealthThreshold limits)
    {
        var verdict = CertificateJudge.Judge(certificate, limits.Degraded ?? 0, limits.Unhealthy ?? 0);
        var found = verdict.Problems.Count > 0
            ? string.Join("; ", verdict.Problems) + "."
            : $"valid for {Measure.Format(certificate.DaysLeft, MeasureUnit.Days)}, by {certificate.Issuer}.";
        return new HealthResult
        {
            Component = Component,
            Check = certificate.Endpoint,
            Status = verdict.Status,
            Value = certificate.DaysLeft,
            Unit = MeasureUnit.Days,
            Threshold = limits with { Degraded = verdict.Window!.WarningDays, Unhealthy = verdict.Window.CriticalDays },
            Detail = found.Length > 0 ? char.ToUpperInvariant(found[0]) + found[1..] : "",
            ErrorId = certificate.Refused ? CertificateErrors.Invalid.Id : null,
            NextStep = verdict.Status == HealthStatus.Healthy ? "" : limits.NextStep,
        };
    }
}
