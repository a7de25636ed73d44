namespace CivicQ.Ops.Core.Backups;

/// <summary>Where a backup is.</summary>
public enum BackupLocation
{
    /// <summary>In the environment's folder on this machine.</summary>
    Folder,

    /// <summary>In the environment's bucket.</summary>
    Bucket,
}
