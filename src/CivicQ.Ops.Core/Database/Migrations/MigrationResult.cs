namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>What a migration did, or would do.</summary>
public sealed record MigrationResult
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The database's name.</summary>
    public required string Database { get; init; }

    /// <summary>The pod or container that Alembic runs in; <see langword="null"/> where it is this machine.</summary>
    public string? Instance { get; init; }

    /// <summary>Up or down.</summary>
    public MigrationDirection Direction { get; init; }

    /// <summary>What became of it.</summary>
    public MigrationOutcome Outcome { get; init; }

    /// <summary>The revisions that the database was at: none at its base, several with branches.</summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>The revisions that it is at now, or would be.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>The revisions that were applied or taken back, in this order.</summary>
    public IReadOnlyList<string> Revisions { get; init; } = [];

    /// <summary>The name of the backup that was made first; <see langword="null"/> where none was.</summary>
    public string? Backup { get; init; }

    /// <summary>How long Alembic ran; zero where it did not.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>With <c>-WhatIf</c>: the SQL that Alembic would run, as its offline mode gives it; <see langword="null"/> where it cannot.</summary>
    public string? Sql { get; init; }
}
