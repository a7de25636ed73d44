namespace CivicQ.Ops.Core.Backups.Wal;

/// <summary>How far an archive of WAL reaches from a position on.</summary>
/// <param name="Last">The last segment of the unbroken row; <see langword="null"/> where not even the first one is there.</param>
/// <param name="Missing">The first segment that is missing.</param>
/// <param name="IsGap">True where later ones are there.</param>
internal sealed record WalReach(WalFile? Last, string Missing, bool IsGap);
