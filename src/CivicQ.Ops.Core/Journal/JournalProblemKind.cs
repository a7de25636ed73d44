namespace CivicQ.Ops.Core.Journal;

/// <summary>What can be wrong with a journal.</summary>
public enum JournalProblemKind
{
    /// <summary>A line is no entry: torn by a power failure, or overwritten.</summary>
    Damaged,

    /// <summary>An entry is not the one that was written.</summary>
    Altered,

    /// <summary>Entries that were written are gone from between others, or from the beginning.</summary>
    Missing,

    /// <summary>Entries stand in another order, or twice.</summary>
    Reordered,

    /// <summary>Entries that were written are gone from the end.</summary>
    Truncated,

    /// <summary>The file that knows the last entry is gone or unreadable, so that a truncation could not be seen.</summary>
    HeadMissing,
}
