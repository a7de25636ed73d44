namespace CivicQ.Ops.Core.Database;

/// <summary>This module's advisory locks of sessions: one class, and a number for each kind of work. They hold within one database.</summary>
internal static class LockNumbers
{
    /// <summary>The class of all of them: "CIVQ".</summary>
    public const int Class = 0x43495651;

    /// <summary>Vacuum, reindex, statistics.</summary>
    public const int Maintenance = 1;

    /// <summary>Logical backups.</summary>
    public const int LogicalBackup = 2;

    /// <summary>Physical backups.</summary>
    public const int PhysicalBackup = 3;

    /// <summary>Restores.</summary>
    public const int Restore = 4;
}
