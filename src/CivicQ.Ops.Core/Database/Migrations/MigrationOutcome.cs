namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>What became of a migration.</summary>
public enum MigrationOutcome
{
    /// <summary>The database was changed, and is where it should be.</summary>
    Migrated,

    /// <summary>It was there already; nothing was run.</summary>
    AlreadyThere,

    /// <summary>Nothing was changed: this is what would be (<c>-WhatIf</c>).</summary>
    Planned,
}
