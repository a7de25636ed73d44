namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>One piece of work of the queue. Held by one worker at a time.</summary>
internal sealed class MaintenanceItem
{
    /// <summary>What is done.</summary>
    public required MaintenanceAction Action { get; init; }

    /// <summary>The statement; names in it are quoted by <see cref="SqlIdentifier"/>.</summary>
    public required string Statement { get; init; }

    /// <summary>The table's schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The table.</summary>
    public required string Table { get; init; }

    /// <summary>The table's object id: two pieces of work on one table never run at once.</summary>
    public required uint TableId { get; init; }

    /// <summary>The index; <see langword="null"/> where the work is on the table.</summary>
    public string? Index { get; init; }

    /// <summary>The index's object id before the work; 0 where there is none.</summary>
    public uint IndexId { get; init; }

    /// <summary>The size before; <see langword="null"/> where somebody had it locked.</summary>
    public long? BytesBefore { get; set; }

    /// <summary>Dead rows before.</summary>
    public long? DeadTuplesBefore { get; init; }

    /// <summary>The share of the whole work that this is.</summary>
    public long Weight { get; init; } = 1;

    /// <summary>False for an index that no query may use.</summary>
    public bool IsValid { get; init; } = true;

    /// <summary>Where set, the work is not tried: why.</summary>
    public string? SkipReason { get; init; }

    /// <summary>The object ids of tables that are worked on before this.</summary>
    public IReadOnlyList<uint> After { get; init; } = [];

    /// <summary>The partitioned indexes, with their tables, that the index is a part of.</summary>
    public IReadOnlyList<(string Schema, string Table, string Index)> PartOf { get; init; } = [];

    /// <summary>How often it met a lock.</summary>
    public int Attempts { get; set; }

    /// <summary>The time that went into it.</summary>
    public TimeSpan Spent { get; set; }

    /// <summary>True where a failure leaves an invalid index behind.</summary>
    public bool LeavesIndex => Action is MaintenanceAction.ReindexConcurrently or MaintenanceAction.CreateIndex;

    /// <summary>True where a table is measured, and not an index.</summary>
    public bool IsTable => Index is null;

    /// <summary>For messages.</summary>
    public string Name => $"{Schema}.{Index ?? Table}";
}
