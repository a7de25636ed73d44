namespace CivicQ.Ops.Core.Growth;

/// <summary>How large something was at a time.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Time">When, UTC.</param>
internal sealed record SizeEntry(long Bytes, DateTimeOffset Time);
