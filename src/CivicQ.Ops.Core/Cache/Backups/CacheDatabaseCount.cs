namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What a snapshot holds of one logical database.</summary>
/// <param name="Database">Its number.</param>
/// <param name="Keys">How many keys, those included that had expired already and were still there.</param>
/// <param name="ExpiringKeys">How many of them expire.</param>
/// <param name="ValueBytes">The size of their values in the file.</param>
public sealed record CacheDatabaseCount(int Database, long Keys, long ExpiringKeys, long ValueBytes);
