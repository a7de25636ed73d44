namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>How the work on one table or index ended.</summary>
public enum MaintenanceOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It was left alone; the result says why.</summary>
    Skipped,

    /// <summary>The server refused, or the connection was lost; the result says how.</summary>
    Failed,
}
