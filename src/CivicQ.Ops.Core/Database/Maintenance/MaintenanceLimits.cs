namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>How hard a maintenance run may press.</summary>
public sealed record MaintenanceLimits
{
    /// <summary>How many tables are worked on at once, each by a connection of its own.</summary>
    public int Parallel { get; init; } = 2;

    /// <summary>How long a statement waits for a lock before the table goes to the back of the queue.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a table that is locked is tried before it is skipped.</summary>
    public int LockAttempts { get; init; } = 3;

    /// <summary>How long one statement may run; <see langword="null"/>: as long as it takes.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>How long a server that went away is waited for.</summary>
    public TimeSpan ReconnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The lock time-out that the server is given: a lock must be found in the way before the statement's own time is over, or it would never be tried again.</summary>
    internal TimeSpan EffectiveLockTimeout => StatementTimeout is { } limit && limit * 0.9 < LockTimeout ? limit * 0.9 : LockTimeout;

    /// <summary>As the server takes it: 0 would be no limit.</summary>
    internal static int Milliseconds(TimeSpan time) => (int)Math.Min(int.MaxValue, Math.Ceiling(time.TotalMilliseconds));
}
