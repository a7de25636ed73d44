namespace CivicQ.Ops.Core.Services;

/// <summary>What an instance does.</summary>
public enum ServiceInstanceState
{
    /// <summary>It waits for a place, an image or its first containers.</summary>
    Pending,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended in failure and waits to be started again.</summary>
    Restarting,

    /// <summary>It is being stopped.</summary>
    Stopping,

    /// <summary>It ended and is not started again.</summary>
    Exited,

    /// <summary>It is paused, or cut off from the network.</summary>
    Paused,

    /// <summary>The platform does not know (a node that does not answer).</summary>
    Unknown,
}
