namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Something of the backup that was not restored.</summary>
/// <param name="Database">The number of the database; <see langword="null"/> for what belongs to none.</param>
/// <param name="Key">The key, or what it is.</param>
/// <param name="Reason">Why not.</param>
public sealed record CacheSkippedKey(int? Database, string Key, string Reason);
