namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>A snapshot that came from a server.</summary>
/// <param name="Length">How many bytes.</param>
/// <param name="Sha256">Their SHA-256, in hexadecimal.</param>
/// <param name="RdbVersion">The version of the format.</param>
/// <param name="HasChecksum">Whether Redis' own checksum was there, and right.</param>
internal sealed record RdbTransfer(long Length, string Sha256, int RdbVersion, bool HasChecksum);
