namespace CivicQ.Ops.Core.Services;

/// <summary>How a service is.</summary>
public enum ServiceStatus
{
    /// <summary>As many instances are ready as are wanted, all of the present revision.</summary>
    Ready,

    /// <summary>A rollout is under way, or instances are still starting.</summary>
    Progressing,

    /// <summary>Fewer instances are ready than are wanted, and nothing under way will change that.</summary>
    Degraded,

    /// <summary>Instances are wanted, and none is ready.</summary>
    Down,

    /// <summary>None is wanted: scaled to zero, or stopped on purpose.</summary>
    Stopped,
}
