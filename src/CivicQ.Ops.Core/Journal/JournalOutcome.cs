namespace CivicQ.Ops.Core.Journal;

/// <summary>How a run that changed something ended.</summary>
public enum JournalOutcome
{
    /// <summary>Without an error.</summary>
    Succeeded,

    /// <summary>Some targets failed, others did not.</summary>
    PartlyFailed,

    /// <summary>Every target failed.</summary>
    Failed,

    /// <summary>It was stopped (Ctrl+C) before its end.</summary>
    Stopped,
}
