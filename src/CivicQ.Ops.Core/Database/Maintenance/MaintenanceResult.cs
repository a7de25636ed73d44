namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>What became of one table or index.</summary>
public sealed record MaintenanceResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The table's schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The index, where the work was on one.</summary>
    public string? Index { get; init; }

    /// <summary>What was to be done.</summary>
    public required MaintenanceAction Action { get; init; }

    /// <summary>How it ended.</summary>
    public required MaintenanceOutcome Outcome { get; init; }

    /// <summary>Why it was skipped or failed; a remark where it was done.</summary>
    public string? Reason { get; init; }

    /// <summary>How long it took, waiting for locks included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The size before: of a table with its indexes and TOAST, of an index alone. <see langword="null"/> where it was not seen.</summary>
    public long? BytesBefore { get; init; }

    /// <summary>The size after.</summary>
    public long? BytesAfter { get; init; }

    /// <summary>By how much it shrank; negative where it grew.</summary>
    public long? BytesReclaimed => BytesBefore - BytesAfter;

    /// <summary>Dead rows before, by the server's statistics; <see langword="null"/> for an index.</summary>
    public long? DeadTuplesBefore { get; init; }

    /// <summary>Dead rows after.</summary>
    public long? DeadTuplesAfter { get; init; }
}
