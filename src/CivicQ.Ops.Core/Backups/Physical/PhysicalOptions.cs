namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>How a server's files are backed up.</summary>
public sealed record PhysicalOptions
{
    /// <summary>True to let the server spread the checkpoint that comes first, which takes minutes; otherwise it makes it at once.</summary>
    public bool SpreadCheckpoint { get; init; }

    /// <summary>A folder in place of the environment's places.</summary>
    public string? Folder { get; init; }

    /// <summary>Which of the environment's places; all where this is empty.</summary>
    public IReadOnlyCollection<BackupLocation> Locations { get; init; } = [];
}
