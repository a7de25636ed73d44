namespace CivicQ.Ops.Core.Web;

/// <summary>How a phase went.</summary>
public enum EndpointPhaseStatus
{
    /// <summary>As it should.</summary>
    Passed,

    /// <summary>Here it breaks.</summary>
    Failed,

    /// <summary>Not needed, or not reached.</summary>
    Skipped,
}
