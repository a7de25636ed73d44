namespace CivicQ.Ops.Core.Journal;

/// <summary>A line of the journal: an entry, or damage; an altered line is both.</summary>
/// <param name="Entry">The entry as it reads; <see langword="null"/> where the line is none.</param>
/// <param name="Damage">What is wrong with the line; <see langword="null"/> where nothing is.</param>
public sealed record JournalItem(JournalEntry? Entry, JournalDamage? Damage);
