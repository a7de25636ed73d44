namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>How tables are vacuumed.</summary>
public sealed record VacuumOptions
{
    /// <summary>Writes each table anew, locked meanwhile.</summary>
    public bool Full { get; init; }

    /// <summary>Makes new statistics too.</summary>
    public bool Analyze { get; init; }

    /// <summary>Freezes all rows, against transaction-id wraparound.</summary>
    public bool Freeze { get; init; }

    /// <summary>Goes ahead outside the maintenance window. The disk is looked at all the same.</summary>
    public bool Force { get; init; }

    /// <summary>How much room the server's disk has, where somebody knows better than this machine.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>Time-outs and their like.</summary>
    public MaintenanceLimits Limits { get; init; } = new();
}
