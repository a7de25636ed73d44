namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Where a backup of Redis is.</summary>
public enum CacheBackupLocation
{
    /// <summary>In the environment's folder or bucket of backups.</summary>
    Store,

    /// <summary>On the server alone: it saved its data, and its file cannot be reached from here.</summary>
    Server,
}
