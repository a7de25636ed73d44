namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What is restored, and over what.</summary>
public sealed record CacheRestoreOptions
{
    /// <summary>The databases; all that the backup has without it.</summary>
    public IReadOnlyList<int>? Databases { get; init; }

    /// <summary>Redis' patterns, of which a key must fit one; every key without it.</summary>
    public IReadOnlyList<string>? Patterns { get; init; }

    /// <summary>What becomes of the keys that are there.</summary>
    public CacheRestoreMode Mode { get; init; }

    /// <summary>True to restore Celery's queues too.</summary>
    public bool IncludeQueue { get; init; }
}
