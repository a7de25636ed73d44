using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>Entries that travel together.</summary>
/// <param name="Entries">The entries, in the order of their log.</param>
/// <param name="Arrived">When they came, as <see cref="System.Diagnostics.Stopwatch.GetTimestamp"/> tells.</param>
internal sealed record EntryBatch(IReadOnlyList<LogEntry> Entries, long Arrived);
