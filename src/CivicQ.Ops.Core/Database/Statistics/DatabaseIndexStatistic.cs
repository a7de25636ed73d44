namespace CivicQ.Ops.Core.Database.Statistics;

/// <summary>An index: its size, its use, and what is wrong with it.</summary>
public sealed record DatabaseIndexStatistic
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The schema of the table and the index.</summary>
    public required string Schema { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The index.</summary>
    public required string Index { get; init; }

    /// <summary>What is wrong with it.</summary>
    public DatabaseIndexProblem Problem { get; init; }

    /// <summary>The index that makes this one a duplicate, or redundant.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>Its size in bytes; estimated while somebody has it locked.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Scans since the statistics were reset, on this server alone: replicas count their own.</summary>
    public long Scans { get; init; }

    /// <summary>The last scan, UTC (PostgreSQL 16 and later).</summary>
    public DateTimeOffset? LastScan { get; init; }

    /// <summary>True where it enforces uniqueness.</summary>
    public bool IsUnique { get; init; }

    /// <summary>True where it belongs to a primary key, a unique or an exclusion constraint.</summary>
    public bool IsConstraint { get; init; }

    /// <summary>False where no query may use it.</summary>
    public bool IsValid { get; init; }

    /// <summary>The statement that makes it.</summary>
    public required string Definition { get; init; }

    /// <summary>Since when its scans are counted, UTC; <see langword="null"/> where the statistics were never reset.</summary>
    public DateTimeOffset? StatisticsReset { get; init; }
}
