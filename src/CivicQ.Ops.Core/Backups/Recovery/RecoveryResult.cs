namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>A recovery to a point in time.</summary>
public sealed record RecoveryResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database that was handed over, under its final name; with a data directory the one that was looked into.</summary>
    public required string Database { get; init; }

    /// <summary>The time that was asked for.</summary>
    public required DateTimeOffset PointInTime { get; init; }

    /// <summary>The last transaction before it, UTC; <see langword="null"/> where none was committed after the backup.</summary>
    public DateTimeOffset? LastTransaction { get; init; }

    /// <summary>The first transaction after it, before which recovery stopped, UTC.</summary>
    public DateTimeOffset? StoppedBefore { get; init; }

    /// <summary>The physical backup that it began with.</summary>
    public required string Name { get; init; }

    /// <summary>Where that was.</summary>
    public required string Path { get; init; }

    /// <summary>How many segments of WAL were replayed from the archive.</summary>
    public int WalSegments { get; init; }

    /// <summary>The database that was replaced, under the name that it is now kept; <see langword="null"/> where none was.</summary>
    public string? PreviousDatabase { get; init; }

    /// <summary>The recovered data directory, where one was asked for: stopped in good order, ready to be started.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>How many tables were compared; <see langword="null"/> with a data directory.</summary>
    public int? Tables { get; init; }

    /// <summary>How many rows they have.</summary>
    public long? Rows { get; init; }

    /// <summary>True where recovery stopped at the time, and all tables have the rows that the recovered server has.</summary>
    public bool Verified { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What remains to be done.</summary>
    public string NextStep { get; init; } = "";
}
