namespace CivicQ.Ops.Core.Backups.Wal;

/// <summary>A segment in an archive of WAL.</summary>
/// <param name="Name">The segment's name, without what compression adds.</param>
/// <param name="Timeline">Its timeline.</param>
/// <param name="Number">Its number.</param>
/// <param name="LastWrite">When the file was written: no commit in it is later, as far as the clocks agree.</param>
internal sealed record WalFile(string Name, int Timeline, ulong Number, DateTimeOffset LastWrite);
