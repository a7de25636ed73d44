namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>A backup and where it was found.</summary>
/// <param name="Info">What is told of it.</param>
/// <param name="Stored">How its place lists it.</param>
/// <param name="Store">Its place.</param>
internal sealed record FoundBackup(BackupInfo Info, StoredBackup Stored, IBackupStore Store);
