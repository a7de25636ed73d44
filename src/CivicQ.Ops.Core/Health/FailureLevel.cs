namespace CivicQ.Ops.Core.Health;

/// <summary>From which status on a check makes a scheduled task fail (<c>-FailOn</c>).</summary>
public enum FailureLevel
{
    /// <summary>Degraded and Unhealthy.</summary>
    Degraded,

    /// <summary>Unhealthy alone.</summary>
    Unhealthy,
}
