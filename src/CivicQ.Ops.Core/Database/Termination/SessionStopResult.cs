namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>What became of one session.</summary>
public sealed record SessionStopResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>Its database; <see langword="null"/> where it is gone or has none.</summary>
    public string? Database { get; init; }

    /// <summary>The server's process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When the process started, UTC.</summary>
    public DateTimeOffset? BackendStart { get; init; }

    /// <summary>Its role.</summary>
    public string? User { get; init; }

    /// <summary>What its client calls itself.</summary>
    public string Application { get; init; } = "";

    /// <summary>What it did when it was looked at: <c>active</c>, <c>idle</c>, <c>idle in transaction</c> …</summary>
    public string? State { get; init; }

    /// <summary>How long it had been doing that.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Its statement, or its last one, passwords masked.</summary>
    public string? Query { get; init; }

    /// <summary>What became of it.</summary>
    public required SessionStopOutcome Outcome { get; init; }

    /// <summary>Why it was refused or not stopped.</summary>
    public string? Reason { get; init; }

    /// <summary>From the first signal to the last look.</summary>
    public TimeSpan Duration { get; init; }
}
