namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>How grave an entry of a log is, in one order for all formats.</summary>
public enum LogEntryLevel
{
    /// <summary>The line does not say. It ranks below all others: whoever asks for a level asks for lines that have one.</summary>
    Unknown,

    /// <summary>Steps of the program.</summary>
    Trace,

    /// <summary>For those who look for a fault; Redis' <c>.</c> and <c>-</c>.</summary>
    Debug,

    /// <summary>What happens as it should; PostgreSQL's LOG and NOTICE, Redis' <c>*</c>, requests answered.</summary>
    Information,

    /// <summary>Something to look at; Redis' <c>#</c>, requests of nginx answered with 4xx.</summary>
    Warning,

    /// <summary>Something failed; PostgreSQL's ERROR and FATAL (which ends one session), requests answered with 5xx.</summary>
    Error,

    /// <summary>The program itself cannot go on; CRITICAL, FATAL, PostgreSQL's PANIC, nginx' crit, alert, emerg.</summary>
    Critical,
}
