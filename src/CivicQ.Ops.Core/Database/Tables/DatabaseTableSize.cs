namespace CivicQ.Ops.Core.Database.Tables;

/// <summary>How large a table is, and how much it has grown.</summary>
public sealed record DatabaseTableSize
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The table or materialized view.</summary>
    public required string Table { get; init; }

    /// <summary>All of it, in bytes: heap, indexes and TOAST.</summary>
    public long TotalBytes { get; init; }

    /// <summary>The rows themselves, with the maps of free space and visibility.</summary>
    public long HeapBytes { get; init; }

    /// <summary>Its indexes.</summary>
    public long IndexBytes { get; init; }

    /// <summary>Values that are too large for a row, with their index.</summary>
    public long ToastBytes { get; init; }

    /// <summary>The rows by the server's own estimate; <see langword="null"/> where the table was never analysed.</summary>
    public long? RowsEstimate { get; init; }

    /// <summary>How much it grew since <see cref="GrowthSince"/>; negative where it shrank; <see langword="null"/> at the first look.</summary>
    public long? GrowthBytes { get; init; }

    /// <summary>When this machine looked before, UTC.</summary>
    public DateTimeOffset? GrowthSince { get; init; }

    /// <summary>True where somebody holds the table exclusively, so that the sizes are the catalog's estimate.</summary>
    public bool IsLocked { get; init; }
}
