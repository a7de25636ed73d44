using CivicQ.Ops.Core.Backups.Wal;

namespace CivicQ.Ops.Core.Backups.Recovery;

/// <summary>How far a server is recovered.</summary>
/// <param name="Archive">Where the WAL is.</param>
/// <param name="Time">The time; <see langword="null"/> for all that there is.</param>
/// <param name="Segments">How many segments there are to replay at most.</param>
internal sealed record RecoveryGoal(SegmentArchive Archive, DateTimeOffset? Time, int Segments);
