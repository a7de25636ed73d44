namespace CivicQ.Ops.Core.Backups.Retention;

/// <summary>What became, or is to become, of a backup.</summary>
public sealed record BackupRemoval
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The backup's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    public required BackupKind Kind { get; init; }

    /// <summary>The database; of a cache <c>redis</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Whether it is in the folder or in the bucket.</summary>
    public required BackupLocation Location { get; init; }

    /// <summary>Where exactly.</summary>
    public required string Path { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>True where it is removed.</summary>
    public required bool Removed { get; init; }

    /// <summary>Why it is kept, or why it goes.</summary>
    public required string Reason { get; init; }

    /// <summary>The size of its file.</summary>
    public long SizeBytes { get; init; }
}
