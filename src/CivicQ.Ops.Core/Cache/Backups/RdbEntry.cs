namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>One key of a snapshot, or a library of functions, or data of a module. Its bytes are good until the next one is read.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Database">The number of the database.</param>
/// <param name="Key">The key's name; empty where it is none.</param>
/// <param name="ExpiresAt">When it ends, in milliseconds since 1970, or <see langword="null"/>.</param>
/// <param name="Size">How many bytes its value has in the file.</param>
internal readonly record struct RdbEntry(RdbEntryKind Kind, int Database, byte[] Key, long? ExpiresAt, long Size)
{
    /// <summary>Type and value as they stand in the file, where they were asked for; <see langword="null"/> where they are larger than may be.</summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }
}
