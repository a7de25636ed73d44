namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>What reading all of a backup's data gave.</summary>
/// <param name="SizeBytes">How many bytes there were.</param>
/// <param name="Sha256">Their sum.</param>
/// <param name="UncompressedBytes">How many they are when decompressed, as far as that went.</param>
/// <param name="Damage">What is wrong with them by themselves; <see langword="null"/> where nothing is.</param>
internal sealed record BackupReading(long SizeBytes, string Sha256, long UncompressedBytes, string? Damage);
