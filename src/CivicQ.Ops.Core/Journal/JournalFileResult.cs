namespace CivicQ.Ops.Core.Journal;

/// <summary>What a test of one file of the journal found.</summary>
public sealed record JournalFileResult
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>True when every entry is there, in its place, as it was written.</summary>
    public bool Passed => Problems.Count == 0;

    /// <summary>How many entries can be read.</summary>
    public int Entries { get; init; }

    /// <summary>The first entry's number.</summary>
    public long? FirstSequence { get; init; }

    /// <summary>The last entry's number.</summary>
    public long? LastSequence { get; init; }

    /// <summary>The first entry's time.</summary>
    public DateTimeOffset? FirstTime { get; init; }

    /// <summary>The last entry's time.</summary>
    public DateTimeOffset? LastTime { get; init; }

    /// <summary>What is wrong, in the file's order.</summary>
    public IReadOnlyList<JournalProblem> Problems { get; init; } = [];
}
