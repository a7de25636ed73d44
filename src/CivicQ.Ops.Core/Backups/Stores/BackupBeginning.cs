namespace CivicQ.Ops.Core.Backups.Stores;

/// <summary>A backup that is about to be made.</summary>
/// <param name="Path">Its path in every place.</param>
/// <param name="ExpectedBytes">How large it may become: the next one of a series is about as large as the last one; 0 where there is none.</param>
/// <param name="SourceBytes">How large what is backed up is; 0 where that is not known.</param>
internal sealed record BackupBeginning(BackupPath Path, long ExpectedBytes, long SourceBytes);
