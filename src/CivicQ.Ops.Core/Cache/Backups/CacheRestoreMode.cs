namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What becomes of the keys that are there.</summary>
public enum CacheRestoreMode
{
    /// <summary>There must be none.</summary>
    Empty,

    /// <summary>They are removed first.</summary>
    Replace,

    /// <summary>Those that the backup has too are overwritten; the others stay.</summary>
    Merge,
}
