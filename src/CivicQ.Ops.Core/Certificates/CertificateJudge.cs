using System.Globalization;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Turns findings into a verdict.</summary>
public static class CertificateJudge
{
    private const string Renew = "certbot renew, then reload nginx, and look again; runbook: SSL Certificate Expiring.";

    /// <summary>Judges a certificate.</summary>
    /// <param name="certificate">The findings.</param>
    /// <param name="warningDays">Days left to warn at, at most; see <see cref="CertificateWindow"/>.</param>
    /// <param name="criticalDays">Days left that are critical, at most.</param>
    /// <param name="referenceThumbprint">The SHA-256 that it should have, if any.</param>
    /// <returns>The verdict.</returns>
    public static CertificateTestResult Judge(CertificateInfo certificate, double warningDays, double criticalDays, string? referenceThumbprint = null)
    {
        var window = CertificateWindow.For(certificate.Lifetime, warningDays, criticalDays);
        var problems = certificate.Problems.ToList();
        var status = certificate.Refused ? HealthStatus.Unhealthy : problems.Count > 0 ? HealthStatus.Degraded : HealthStatus.Healthy;
        if (certificate.DaysLeft > 0 && certificate.DaysLeft <= window.WarningDays)
        {
            var critical = certificate.DaysLeft <= window.CriticalDays;
            var limit = critical ? window.CriticalDays : window.WarningDays;
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"expires in {certificate.DaysLeft:0.#} days, limit {limit:0.#}"));
            status = critical ? HealthStatus.Unhealthy : Worse(status, HealthStatus.Degraded);
        }

        if (referenceThumbprint is not null && !string.Equals(referenceThumbprint, certificate.Thumbprint, StringComparison.OrdinalIgnoreCase))
        {
            problems.Add("another certificate is served than the one on disk: the server was not reloaded");
            status = Worse(status, HealthStatus.Degraded);
        }

        return new CertificateTestResult
        {
            Environment = certificate.Environment,
            Endpoint = certificate.Endpoint,
            Status = status,
            DaysLeft = certificate.DaysLeft,
            NotAfter = certificate.NotAfter,
            Window = window,
            Problems = problems,
            Certificate = certificate,
            NextStep = status == HealthStatus.Healthy ? "" : Renew,
        };
    }

    /// <summary>The verdict where there was no certificate to see.</summary>
    /// <param name="environment">The environment's name.</param>
    /// <param name="endpoint">The endpoint or file.</param>
    /// <param name="error">What kept it from being seen.</param>
    /// <returns>An Unhealthy verdict.</returns>
    public static CertificateTestResult Failed(string environment, string endpoint, OperationException error) => new()
    {
        Environment = environment,
        Endpoint = endpoint,
        Status = HealthStatus.Unhealthy,
        Problems = [error.Message],
        ErrorId = error.Definition.Id,
        NextStep = error.Definition.RecommendedAction,
    };

    private static HealthStatus Worse(HealthStatus one, HealthStatus other) => one > other ? one : other;
}
