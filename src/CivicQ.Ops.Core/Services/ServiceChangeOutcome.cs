namespace CivicQ.Ops.Core.Services;

/// <summary>How a change of a service ended.</summary>
public enum ServiceChangeOutcome
{
    /// <summary>Nothing was changed: this is what would be (<c>-WhatIf</c>), and the server has checked it where it can.</summary>
    Planned,

    /// <summary>There was nothing to do.</summary>
    AlreadyThere,

    /// <summary>The platform has taken the order; nobody waited for it (<c>-NoWait</c>).</summary>
    Ordered,

    /// <summary>It is done, and verified.</summary>
    Done,

    /// <summary>It was done, but health did not come: the service is as it was before.</summary>
    BackedOut,

    /// <summary>It was done, but is not complete or not healthy; it stays so.</summary>
    Failed,
}
