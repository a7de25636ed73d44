namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>How the data comes out of Redis.</summary>
public enum CacheBackupMethod
{
    /// <summary>By replication; where the server does not allow that, by a snapshot of its own.</summary>
    Auto,

    /// <summary>As a replica fetches it: over the connection, without a file on the server.</summary>
    Replication,

    /// <summary>The server saves its data (<c>BGSAVE</c>), and its file is fetched where that can be reached.</summary>
    Snapshot,
}
