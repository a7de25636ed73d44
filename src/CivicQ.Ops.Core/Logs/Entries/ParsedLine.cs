namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>What a format makes of one line.</summary>
internal struct ParsedLine
{
    /// <summary>The form that it was recognised by.</summary>
    public LogFormat Format;

    /// <summary>How grave it is.</summary>
    public LogEntryLevel Level;

    /// <summary>The line's own time, if any.</summary>
    public LineTime Time;

    /// <summary>Where the message begins within the line; used where <see cref="Message"/> is not set.</summary>
    public int MessageStart;

    /// <summary>The message, where it is no end of the line.</summary>
    public string? Message;

    /// <summary>The process of PostgreSQL that wrote the line, by which its further lines are known.</summary>
    public int ProcessId;

    /// <summary>True where the line goes on with an entry before it, as PostgreSQL's DETAIL does.</summary>
    public bool Continues;

    /// <summary>True where no further line can belong to it.</summary>
    public bool IsWhole;
}
