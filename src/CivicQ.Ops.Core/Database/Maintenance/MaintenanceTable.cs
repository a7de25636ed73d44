namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>A table as the catalog has it.</summary>
internal sealed record MaintenanceTable
{
    /// <summary>Its object id.</summary>
    public required uint Id { get; init; }

    /// <summary>Its schema.</summary>
    public required string Schema { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its size with indexes and TOAST; <see langword="null"/> where somebody has it locked.</summary>
    public long? Bytes { get; init; }

    /// <summary>Its size with indexes and TOAST as VACUUM last saw it, which costs nothing to ask.</summary>
    public required long KnownBytes { get; init; }

    /// <summary>False where somebody has it locked and VACUUM never saw it.</summary>
    public bool IsSizeKnown { get; init; } = true;

    /// <summary>Dead rows.</summary>
    public required long DeadTuples { get; init; }

    /// <summary>True where its statistics are missing, or older than autovacuum would have them.</summary>
    public required bool IsStale { get; init; }

    /// <summary>The tablespace; 0 for the database's own.</summary>
    public required uint Tablespace { get; init; }

    /// <summary>True where partitioned tables are meant too.</summary>
    public bool AmongPartitioned { get; init; }

    /// <summary>For messages.</summary>
    public string FullName => $"{Schema}.{Name}";
}
