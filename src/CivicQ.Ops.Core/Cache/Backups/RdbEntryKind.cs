namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What an entry of a snapshot is.</summary>
internal enum RdbEntryKind
{
    /// <summary>A key and its value.</summary>
    Key,

    /// <summary>A library of functions.</summary>
    Function,

    /// <summary>Data of a module beside its keys.</summary>
    ModuleData,
}
