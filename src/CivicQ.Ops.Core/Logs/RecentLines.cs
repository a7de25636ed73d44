namespace CivicQ.Ops.Core.Logs;

/// <summary>What a log and its rotated predecessors hold since some moment.</summary>
internal sealed record RecentLines
{
    /// <summary>Entries with a time.</summary>
    public long Entries { get; init; }

    /// <summary>Those that are errors.</summary>
    public long Errors { get; init; }

    /// <summary>The time of the latest error.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Bytes read.</summary>
    public long BytesRead { get; init; }

    /// <summary>False when the reading ended before the moment was reached, so that the numbers are at least these.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>What could not be read, in words.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Both together.</summary>
    public RecentLines Plus(RecentLines other) => new()
    {
        Entries = Entries + other.Entries,
        Errors = Errors + other.Errors,
        Latest = Latest is null || other.Latest > Latest ? other.Latest ?? Latest : Latest,
        BytesRead = BytesRead + other.BytesRead,
        Complete = Complete && other.Complete,
        Unreadable = [.. Unreadable, .. other.Unreadable],
    };
}
