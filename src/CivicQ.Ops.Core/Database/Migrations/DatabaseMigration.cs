namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>One of Alembic's revisions, and whether a database has it.</summary>
public sealed record DatabaseMigration
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The database's name.</summary>
    public required string Database { get; init; }

    /// <summary>The revision's id.</summary>
    public required string Revision { get; init; }

    /// <summary>Whether the database has it.</summary>
    public MigrationState State { get; init; }

    /// <summary>True where the table <c>alembic_version</c> names it: the last one of its branch that is applied.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>True where no script comes after it; <see langword="null"/> where the scripts are not known.</summary>
    public bool? IsHead { get; init; }

    /// <summary>The revisions that it comes after: none for the first, several for a merge.</summary>
    public IReadOnlyList<string> DownRevision { get; init; } = [];

    /// <summary>The first line of the script's documentation.</summary>
    public string Message { get; init; } = "";

    /// <summary>The names of the branch that begins with it.</summary>
    public IReadOnlyList<string> BranchLabels { get; init; } = [];

    /// <summary>Revisions of other branches that must come first.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>When the script was written, as its documentation says; a time without a zone counts as UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The script's path.</summary>
    public string? File { get; init; }

    /// <summary>What is wrong, in a sentence; empty where nothing is.</summary>
    public string Detail { get; init; } = "";
}
