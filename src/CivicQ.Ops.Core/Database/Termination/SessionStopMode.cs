namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>How a session is stopped.</summary>
public enum SessionStopMode
{
    /// <summary>Its statement is cancelled; where it still runs after the grace period, or where it runs none, the session is ended.</summary>
    CancelThenTerminate,

    /// <summary>Its statement is cancelled; the session stays.</summary>
    Cancel,

    /// <summary>The session is ended at once.</summary>
    Terminate,
}
