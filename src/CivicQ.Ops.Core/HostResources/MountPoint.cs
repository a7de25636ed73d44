namespace CivicQ.Ops.Core.HostResources;

/// <summary>A mounted file system.</summary>
/// <param name="Path">Where it is mounted.</param>
/// <param name="FileSystem">Its kind: ext4, xfs, NTFS …</param>
internal sealed record MountPoint(string Path, string FileSystem);
