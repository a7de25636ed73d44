namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What is, or was, done to one logical database.</summary>
public sealed record CacheDatabaseRestore
{
    /// <summary>Its number.</summary>
    public required int Database { get; init; }

    /// <summary>How many keys of the backup were chosen.</summary>
    public long KeysInBackup { get; init; }

    /// <summary>How many of them had expired, and so were not restored.</summary>
    public long Expired { get; init; }

    /// <summary>How many keys there were before; where patterns choose, of those that fit.</summary>
    public long KeysBefore { get; init; }

    /// <summary>How many keys the server took.</summary>
    public long Restored { get; init; }

    /// <summary>How many it did not take.</summary>
    public long Skipped { get; init; }

    /// <summary>How many keys the whole database has afterwards; <see langword="null"/> before.</summary>
    public long? KeysAfter { get; init; }
}
