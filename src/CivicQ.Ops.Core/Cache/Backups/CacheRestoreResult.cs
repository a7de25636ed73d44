namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>What a restore of Redis did.</summary>
public sealed record CacheRestoreResult
{
    /// <summary>The environment that was restored into.</summary>
    public required string Environment { get; init; }

    /// <summary>The backup.</summary>
    public required string Path { get; init; }

    /// <summary>Each database that was touched.</summary>
    public required IReadOnlyList<CacheDatabaseRestore> Databases { get; init; }

    /// <summary>How many keys were restored.</summary>
    public long Restored => Databases.Sum(database => database.Restored);

    /// <summary>How many had expired.</summary>
    public long Expired => Databases.Sum(database => database.Expired);

    /// <summary>How many libraries of functions were restored.</summary>
    public int Functions { get; init; }

    /// <summary>What was not restored, and why; the first hundred.</summary>
    public IReadOnlyList<CacheSkippedKey> Skipped { get; init; } = [];

    /// <summary>True where every chosen key that had not expired is back, and the databases' counts agree.</summary>
    public bool Verified { get; init; }

    /// <summary>Where what was there before is kept; <see langword="null"/> where nothing was, or nothing was kept.</summary>
    public string? SafetyCopy { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What is missing, in a sentence; <see langword="null"/> where nothing is.</summary>
    public string? Fault => Verified ? null : Skipped is [var first, ..]
        ? $"Not all came back: {string.Join("; ", Databases.Where(one => one.Skipped > 0).Select(one => FormattableString.Invariant($"database {one.Database} lacks {one.Skipped} keys")))}{(Databases.Any(one => one.Skipped > 0) ? "; " : "")}the first is {first.Key}: {first.Reason}"
        : "Not all came back.";
}
