namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Whether a database has a revision.</summary>
public enum MigrationState
{
    /// <summary>It has it.</summary>
    Applied,

    /// <summary>It does not have it yet.</summary>
    Pending,

    /// <summary>It has it, and the scripts do not: another release migrated it.</summary>
    Unknown,
}
