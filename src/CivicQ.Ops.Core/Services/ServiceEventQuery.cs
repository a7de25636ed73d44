namespace CivicQ.Ops.Core.Services;

/// <summary>Which events are wanted.</summary>
public sealed record ServiceEventQuery
{
    /// <summary>Only what happened at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what happened before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True to go on with what happens from now on, until cancelled.</summary>
    public bool Follow { get; init; }
}
