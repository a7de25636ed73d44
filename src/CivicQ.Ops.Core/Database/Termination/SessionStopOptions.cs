namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>How sessions are stopped.</summary>
public sealed record SessionStopOptions
{
    /// <summary>Cancel, end, or the one after the other.</summary>
    public SessionStopMode Mode { get; init; }

    /// <summary>How long a cancelled statement may take to stop.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a session that was ended may take to be gone.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
