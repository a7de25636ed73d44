namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>A file or folder of a base backup's tar.</summary>
/// <param name="Path">Where it is in the data directory, with slashes.</param>
/// <param name="IsFolder">True for a folder.</param>
/// <param name="SizeBytes">The file's size.</param>
internal sealed record BaseFile(string Path, bool IsFolder, long SizeBytes);
