namespace CivicQ.Ops.Core.Journal;

/// <summary>Which entries to read.</summary>
public sealed record JournalQuery
{
    /// <summary>Entries from this moment on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Entries up to and with this moment.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether an environment's name fits; all fit without it.</summary>
    public Func<string, bool>? Environment { get; init; }

    /// <summary>Whether a cmdlet's name fits; all fit without it.</summary>
    public Func<string, bool>? Cmdlet { get; init; }

    /// <summary>The outcomes; all without any.</summary>
    public IReadOnlyCollection<JournalOutcome> Outcomes { get; init; } = [];

    /// <summary>The last so many of those that fit; <see langword="null"/>: all.</summary>
    public int? Last { get; init; }

    /// <summary>Whether an entry fits, regardless of <see cref="Last"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>True when it does.</returns>
    public bool Fits(JournalEntry entry) =>
        (Since is null || entry.Time >= Since) && (Until is null || entry.Time <= Until)
        && (Environment is null || entry.Environment.Any(Environment)) && (Cmdlet is null || Cmdlet(entry.Cmdlet))
        && (Outcomes.Count == 0 || Outcomes.Contains(entry.Outcome));
}
