using CivicQ.Ops.Core.Backups;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>How a backup of Redis is made.</summary>
public sealed record CacheBackupOptions
{
    /// <summary>A folder in place of the environment's places.</summary>
    public string? Folder { get; init; }

    /// <summary>Which of the environment's places; all where this is empty.</summary>
    public IReadOnlyCollection<BackupLocation> Locations { get; init; } = [];

    /// <summary>The way.</summary>
    public CacheBackupMethod Method { get; init; }
}
