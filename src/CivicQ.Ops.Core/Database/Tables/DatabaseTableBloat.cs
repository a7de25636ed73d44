namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>How much of a table is not data: dead rows and free space.</summary>
public sealed record DatabaseTableBloat
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The heap, in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Dead rows and free space, in bytes: what VACUUM FULL would give back, near enough.</summary>
    public long BloatBytes { get; init; }

    /// <summary>The share of the heap that is bloat, 0 to 1.</summary>
    public double BloatRatio { get; init; }

    /// <summary>How this was found out.</summary>
    public TableBloatMethod Method { get; init; }

    /// <summary>False for an estimate without statistics, or from statistics that are out of date.</summary>
    public bool IsReliable { get; init; }

    /// <summary>Rows that are alive.</summary>
    public long LiveTuples { get; init; }

    /// <summary>Rows that are dead and not yet removed.</summary>
    public long DeadTuples { get; init; }

    /// <summary>The share of rows that are dead, 0 to 1.</summary>
    public double DeadTupleRatio { get; init; }

    /// <summary>When VACUUM last ran, UTC.</summary>
    public DateTimeOffset? LastVacuum { get; init; }

    /// <summary>When autovacuum last vacuumed it, UTC.</summary>
    public DateTimeOffset? LastAutovacuum { get; init; }

    /// <summary>When ANALYZE last ran, UTC.</summary>
    public DateTimeOffset? LastAnalyze { get; init; }

    /// <summary>When autovacuum last analysed it, UTC.</summary>
    public DateTimeOffset? LastAutoanalyze { get; init; }

    /// <summary>The command that mends it; empty where there is nothing to mend.</summary>
    public string Remedy { get; init; } = "";
}
