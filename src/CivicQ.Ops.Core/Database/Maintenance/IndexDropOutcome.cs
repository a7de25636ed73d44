namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>What became of an invalid index that was to be dropped.</summary>
internal enum IndexDropOutcome
{
    /// <summary>It was dropped.</summary>
    Dropped,

    /// <summary>Somebody else dropped or renamed it.</summary>
    Gone,

    /// <summary>It has become valid: somebody needs it.</summary>
    Valid,

    /// <summary>Somebody uses it or its table, and may be building it.</summary>
    Locked,

    /// <summary>The server refused.</summary>
    Refused,
}
