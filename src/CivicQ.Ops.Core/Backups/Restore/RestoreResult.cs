namespace CivicQ.Ops.Core.Backups.Restore;

/// <summary>A database that was restored and compared with what its backup says of it.</summary>
public sealed record RestoreResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database, under its final name.</summary>
    public required string Database { get; init; }

    /// <summary>The backup that it was restored from.</summary>
    public required string Name { get; init; }

    /// <summary>Where that backup was.</summary>
    public required string Path { get; init; }

    /// <summary>The moment that the restored data stands for: what was committed later is not in it.</summary>
    public required DateTimeOffset RecoveryTime { get; init; }

    /// <summary>The database that was replaced, under the name that it is now kept; <see langword="null"/> where none was, or it was dropped.</summary>
    public string? PreviousDatabase { get; init; }

    /// <summary>How many tables were compared.</summary>
    public int Tables { get; init; }

    /// <summary>How many rows they have; <see langword="null"/> where the backup did not count them.</summary>
    public long? Rows { get; init; }

    /// <summary>The database's size on the server.</summary>
    public long DatabaseBytes { get; init; }

    /// <summary>True where all tables have the rows that the backup says.</summary>
    public bool Verified { get; init; }

    /// <summary>How long it took, from the first look at the backup on.</summary>
    public TimeSpan Duration { get; init; }
}
