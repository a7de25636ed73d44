namespace CivicQ.Ops.Core.Backups;

/// <summary>Which backups are meant.</summary>
public sealed record BackupQuery
{
    /// <summary>Their names; wildcards are allowed. All where this is empty.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Their kind; all without it.</summary>
    public BackupKind? Kind { get; init; }

    /// <summary>Their database; all without it.</summary>
    public string? Database { get; init; }

    /// <summary>True for the environment's own newest complete one of each database, kind and place.</summary>
    public bool Latest { get; init; }

    /// <summary>A folder in place of the environment's places.</summary>
    public string? Folder { get; init; }

    /// <summary>Which of the environment's places; all where this is empty.</summary>
    public IReadOnlyCollection<BackupLocation> Locations { get; init; } = [];
}
