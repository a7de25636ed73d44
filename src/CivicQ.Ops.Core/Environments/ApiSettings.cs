namespace CivicQ.Ops.Core.Environments;

/// <summary>The FastAPI backend.</summary>
public sealed record ApiSettings
{
    /// <summary>The base address, for example <c>https://api.civicq.example.com</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>The administrator's bearer token for <c>/api/v1/admin/health</c>, if there is one.</summary>
    public SecretReference? AdminToken { get; init; }

    /// <summary>The path of the Prometheus metrics; <c>/metrics</c> unless told.</summary>
    public string MetricsPath { get; init; } = "/metrics";
}
