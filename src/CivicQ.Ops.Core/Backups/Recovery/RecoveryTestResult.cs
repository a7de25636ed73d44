namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>A recovery that was rehearsed in a throw-away server.</summary>
public sealed record RecoveryTestResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The backup that was recovered; empty where there was none.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it holds.</summary>
    public BackupKind? Kind { get; init; }

    /// <summary>Where it is.</summary>
    public string Path { get; init; } = "";

    /// <summary>True where the data came back, and both objectives were met.</summary>
    public required bool Passed { get; init; }

    /// <summary>Why it did not pass.</summary>
    public string? Reason { get; init; }

    /// <summary>True where all tables have the rows that they must have.</summary>
    public bool Verified { get; init; }

    /// <summary>The moment up to which the data came back, UTC.</summary>
    public DateTimeOffset? RecoveryTime { get; init; }

    /// <summary>What a disaster at the beginning of the test would have lost: from the recovery time to then.</summary>
    public TimeSpan? Rpo { get; init; }

    /// <summary>How much may be lost.</summary>
    public TimeSpan RpoTarget { get; init; }

    /// <summary>How long the recovery took, without the counting.</summary>
    public TimeSpan? Rto { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan RtoTarget { get; init; }

    /// <summary>How many tables were counted.</summary>
    public int? Tables { get; init; }

    /// <summary>How many rows they have.</summary>
    public long? Rows { get; init; }

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<RecoveryStep> Steps { get; init; } = [];

    /// <summary>How long all took.</summary>
    public TimeSpan Duration { get; init; }
}
