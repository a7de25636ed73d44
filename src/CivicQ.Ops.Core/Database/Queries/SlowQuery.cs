namespace CivicQ.Ops.Core.Database.Queries;

/// <summary>A statement and what its runs took together, from pg_stat_statements. Constants are <c>$1</c>, <c>$2</c> ….</summary>
public sealed record SlowQuery
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database it ran in.</summary>
    public string? Database { get; init; }

    /// <summary>The role that ran it.</summary>
    public string? User { get; init; }

    /// <summary>The statement's identifier; <see langword="null"/> where the role may not see it.</summary>
    public long? QueryId { get; init; }

    /// <summary>The first 1,024 characters of the statement, passwords masked; <see langword="null"/> where the role may not see it.</summary>
    public string? Query { get; init; }

    /// <summary>How often it ran.</summary>
    public long Calls { get; init; }

    /// <summary>The time that all runs took together.</summary>
    public TimeSpan TotalTime { get; init; }

    /// <summary>Its share of the time that all statements of the chosen databases took, 0 to 1.</summary>
    public double TotalTimeShare { get; init; }

    /// <summary>The mean time of a run.</summary>
    public TimeSpan MeanTime { get; init; }

    /// <summary>The shortest run.</summary>
    public TimeSpan MinimumTime { get; init; }

    /// <summary>The longest run.</summary>
    public TimeSpan MaximumTime { get; init; }

    /// <summary>How much the runs differ.</summary>
    public TimeSpan StandardDeviation { get; init; }

    /// <summary>The rows that all runs gave or changed.</summary>
    public long Rows { get; init; }

    /// <summary>The rows of a run, on average.</summary>
    public double RowsPerCall { get; init; }

    /// <summary>The share of blocks found in the server's memory, 0 to 1; <see langword="null"/> where it needed none.</summary>
    public double? CacheHitRatio { get; init; }

    /// <summary>What was written to temporary files for want of memory, in bytes.</summary>
    public long TemporaryBytes { get; init; }

    /// <summary>Since when runs are counted, UTC: this statement's (extension 1.11) or all statements' (1.9) last reset; <see langword="null"/> before.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>True where the role may not see the statement's text.</summary>
    public bool IsHidden { get; init; }
}
