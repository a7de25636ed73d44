namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>What became of a session that was to be stopped.</summary>
public enum SessionStopOutcome
{
    /// <summary>Its statement runs no more; the session is still there.</summary>
    Cancelled,

    /// <summary>The session is gone; it was looked for.</summary>
    Terminated,

    /// <summary>It was gone before anything was done to it.</summary>
    Gone,

    /// <summary>It was left alone; the result says why.</summary>
    Refused,

    /// <summary>The role may not signal it.</summary>
    NotPermitted,

    /// <summary>It was told, and is still there.</summary>
    StillThere,

    /// <summary>The cancel was sent; whether a statement ran, and has stopped, cannot be seen. The session was not ended.</summary>
    CancelSent,
}
