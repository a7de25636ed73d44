namespace CivicQ.Ops.Core.Journal;

/// <summary>What the writer is told about a run; it adds who, where, when and the chain.</summary>
public sealed record JournalRecord
{
    /// <summary>When the run began to change things, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The cmdlet's name.</summary>
    public required string Cmdlet { get; init; }

    /// <summary>The changes that were agreed to.</summary>
    public required IReadOnlyList<JournalChange> Changes { get; init; }

    /// <summary>How it ended.</summary>
    public required JournalOutcome Outcome { get; init; }

    /// <summary>The identifiers of the errors, each once.</summary>
    public IReadOnlyList<string> ErrorIds { get; init; } = [];

    /// <summary>From the first change that was agreed to until the end.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The parameters as text, secrets masked by the caller that knows their types; the writer masks texts once more.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What entries of the same command line share.</summary>
    public string CorrelationId { get; init; } = "";
}
