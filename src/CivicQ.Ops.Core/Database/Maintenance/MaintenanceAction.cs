namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>What is done to a table or index.</summary>
public enum MaintenanceAction
{
    /// <summary>Dead rows are made reusable.</summary>
    Vacuum,

    /// <summary>As <see cref="Vacuum"/>, and new statistics for the planner.</summary>
    VacuumAnalyze,

    /// <summary>The table is written anew without its dead rows, locked meanwhile.</summary>
    VacuumFull,

    /// <summary>New statistics for the planner.</summary>
    Analyze,

    /// <summary>The index is built anew; writes to its table wait meanwhile.</summary>
    Reindex,

    /// <summary>The index is built anew beside the old one; nobody waits.</summary>
    ReindexConcurrently,

    /// <summary>A new index, built while the table is in use.</summary>
    CreateIndex,

    /// <summary>An invalid index that an earlier failure left behind is dropped.</summary>
    DropInvalidIndex,
}
