namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>What the logs of services hold since some moment.</summary>
public sealed record ServiceErrorCount
{
    /// <summary>Entries that are no requests.</summary>
    public long Entries { get; init; }

    /// <summary>Those of level Error or Critical.</summary>
    public long Errors { get; init; }

    /// <summary>Requests answered, by access lines of uvicorn and nginx.</summary>
    public long Requests { get; init; }

    /// <summary>Those answered with 5xx.</summary>
    public long FailedRequests { get; init; }

    /// <summary>The time of the latest error or failed request.</summary>
    public DateTimeOffset? Latest { get; init; }

    /// <summary>Errors by service, the most first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> ErrorsByService { get; init; } = [];

    /// <summary>False where the time allowed was over before all was read, so that the numbers are at least these.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>What could not be read, in words.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];
}
