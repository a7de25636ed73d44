namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>How a recovery is rehearsed.</summary>
public sealed record RecoveryTestOptions
{
    /// <summary>The backup; the newest good one without it.</summary>
    public string? Name { get; init; }

    /// <summary>The kind of the newest one; any without it.</summary>
    public BackupKind? Kind { get; init; }

    /// <summary>A time to recover to, with a physical backup; all of the archived WAL without it.</summary>
    public DateTimeOffset? PointInTime { get; init; }

    /// <summary>True to look at the backup alone: of the archived WAL, which may be gone where the backup is old, nothing is replayed.</summary>
    public bool BackupOnly { get; init; }

    /// <summary>The database whose tables are counted; the environment's own without it.</summary>
    public string? Database { get; init; }

    /// <summary>Where the throw-away server has its files; the machine's place for large temporary files without it.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>How many tables and indexes are restored at once.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>A folder in place of the environment's places.</summary>
    public string? Folder { get; init; }

    /// <summary>Which of the environment's places; all where this is empty.</summary>
    public IReadOnlyCollection<BackupLocation> Locations { get; init; } = [];
}
