namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>Which sessions are to be stopped: each limit that is set selects on its own, the rest narrows.</summary>
public sealed record SessionCondition
{
    /// <summary>Those that have waited for their client for longer than this, outside a transaction.</summary>
    public TimeSpan? IdleLongerThan { get; init; }

    /// <summary>Those whose statement has run for longer than this.</summary>
    public TimeSpan? RunningLongerThan { get; init; }

    /// <summary>Those that have waited for their client for longer than this, within a transaction.</summary>
    public TimeSpan? IdleInTransactionLongerThan { get; init; }

    /// <summary>Only those of this database.</summary>
    public string? Database { get; init; }

    /// <summary>Only those of these roles.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>Only those of these applications, by their exact names.</summary>
    public IReadOnlyList<string>? Applications { get; init; }

    /// <summary>Only those that started before.</summary>
    public DateTimeOffset? StartedBefore { get; init; }

    /// <summary>Only those that started after.</summary>
    public DateTimeOffset? StartedAfter { get; init; }

    /// <summary>True where a limit is set.</summary>
    public bool HasLimit => (IdleLongerThan ?? RunningLongerThan ?? IdleInTransactionLongerThan) is not null;
}
