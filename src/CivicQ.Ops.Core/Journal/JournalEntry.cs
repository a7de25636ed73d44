namespace CivicQ.Ops.Core.Journal;

/// <summary>One entry of the journal: a run of a cmdlet that changed something.</summary>
public sealed record JournalEntry
{
    /// <summary>Its number, from 1, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the run began to change things, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The cmdlet's name.</summary>
    public required string Cmdlet { get; init; }

    /// <summary>The environments that were changed.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The changes that were agreed to.</summary>
    public IReadOnlyList<JournalChange> Changes { get; init; } = [];

    /// <summary>How many more changes there were than <see cref="Changes"/> lists; mostly 0.</summary>
    public int ChangesOmitted { get; init; }

    /// <summary>How the run ended.</summary>
    public required JournalOutcome Outcome { get; init; }

    /// <summary>The identifiers of its errors.</summary>
    public IReadOnlyList<string> ErrorIds { get; init; } = [];

    /// <summary>From the first change that was agreed to until the end.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The parameters, secrets masked.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The account.</summary>
    public string User { get; init; } = "";

    /// <summary>The machine.</summary>
    public string Machine { get; init; } = "";

    /// <summary>The process.</summary>
    public int ProcessId { get; init; }

    /// <summary>The version of the module.</summary>
    public string ModuleVersion { get; init; } = "";

    /// <summary>What entries of the same command line share.</summary>
    public string CorrelationId { get; init; } = "";

    /// <summary>The hash of the entry before, 64 hexadecimal digits; all 0 in the first.</summary>
    public required string PreviousHash { get; init; }

    /// <summary>SHA-256 over the line without this key.</summary>
    public required string Hash { get; init; }

    /// <summary>The file that it is in.</summary>
    public string Path { get; init; } = "";

    /// <summary>Its line in the file, from 1.</summary>
    public int Line { get; init; }
}
