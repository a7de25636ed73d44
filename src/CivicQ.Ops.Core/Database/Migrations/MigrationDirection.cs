namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>The way of a migration.</summary>
public enum MigrationDirection
{
    /// <summary>To a later revision.</summary>
    Upgrade,

    /// <summary>To an earlier one.</summary>
    Downgrade,
}
