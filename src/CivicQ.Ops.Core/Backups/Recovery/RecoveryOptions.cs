namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>How a server is recovered to a point in time.</summary>
public sealed record RecoveryOptions
{
    /// <summary>The time: what was committed later is not in it.</summary>
    public required DateTimeOffset PointInTime { get; init; }

    /// <summary>The physical backup to begin with; without it the newest that ended before the time, and if that is damaged the one before.</summary>
    public string? Name { get; init; }

    /// <summary>The database of the recovered server that is handed over; the environment's own without it.</summary>
    public string? Database { get; init; }

    /// <summary>The name that it gets on the live server; the environment's own without it.</summary>
    public string? TargetDatabase { get; init; }

    /// <summary>True to put it in the place of one that is there.</summary>
    public bool Replace { get; init; }

    /// <summary>True to drop the one that was replaced; it is kept under another name otherwise.</summary>
    public bool DropPrevious { get; init; }

    /// <summary>How many tables and indexes are dumped and restored at once.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>A folder, new or empty, that becomes the recovered server's data directory and stays; nothing is put into the live server then.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where the throw-away server has its files; the machine's place for large temporary files without it.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>How long the live server may take to archive what it has not archived yet.</summary>
    public TimeSpan ArchiveTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A folder in place of the environment's places.</summary>
    public string? Folder { get; init; }

    /// <summary>Which of the environment's places; all where this is empty.</summary>
    public IReadOnlyCollection<BackupLocation> Locations { get; init; } = [];
}
