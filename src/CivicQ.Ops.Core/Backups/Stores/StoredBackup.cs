namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>A backup as a store lists it.</summary>
/// <param name="Path">Where it is in the store.</param>
/// <param name="Address">Where it is, for people.</param>
/// <param name="Manifest">What it says of itself; <see langword="null"/> where that cannot be read.</param>
/// <param name="SizeBytes">The size of its file as it is; 0 where there is none.</param>
/// <param name="Damage">What is wrong with it, as far as can be seen without reading the file.</param>
internal sealed record StoredBackup(BackupPath Path, string Address, BackupManifest? Manifest, long SizeBytes, string? Damage);
