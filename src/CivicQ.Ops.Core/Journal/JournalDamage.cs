namespace CivicQ.Ops.Core.Journal;

/// <summary>A line of the journal that is no entry, or not the one that was written.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Reason">What is wrong, in a sentence.</param>
public sealed record JournalDamage(string Path, int Line, string Reason);
