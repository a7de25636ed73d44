namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>How large a table was at a time.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Time">When, UTC.</param>
internal sealed record TableSizeEntry(long Bytes, DateTimeOffset Time);
