namespace CivicQ.Ops.Core.Health;

/// <summary>How a component is, from nothing to say to worst.</summary>
public enum HealthStatus
{
    /// <summary>The environment does not have this part. Not green: nobody looked.</summary>
    NotConfigured = 0,

    /// <summary>As it should be.</summary>
    Healthy = 1,

    /// <summary>It answered, but there is nothing yet to judge by (for example no request since start).</summary>
    Unknown = 2,

    /// <summary>Past the first limit: works, wants attention.</summary>
    Degraded = 3,

    /// <summary>Past the second limit, or not answering.</summary>
    Unhealthy = 4,
}
