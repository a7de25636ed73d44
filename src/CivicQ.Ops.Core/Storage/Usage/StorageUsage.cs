namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>What a bucket, or a prefix in it, holds.</summary>
public sealed record StorageUsage
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>What the keys begin with; empty for the whole bucket.</summary>
    public required string Prefix { get; init; }

    /// <summary>How many objects.</summary>
    public long Objects { get; init; }

    /// <summary>The sum of their sizes.</summary>
    public long TotalBytes { get; init; }

    /// <summary>How much that is more than at <see cref="GrowthSince"/>; negative where it is less; <see langword="null"/> at the first look.</summary>
    public long? GrowthBytes { get; init; }

    /// <summary>When this user last added up the same, UTC.</summary>
    public DateTimeOffset? GrowthSince { get; init; }

    /// <summary>When the oldest was written, UTC; <see langword="null"/> where there is none.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>When the newest was written, UTC.</summary>
    public DateTimeOffset? Newest { get; init; }

    /// <summary>By storage class, largest first.</summary>
    public IReadOnlyList<StorageShare> Classes { get; init; } = [];

    /// <summary>By age, youngest first.</summary>
    public IReadOnlyList<StorageShare> Ages { get; init; } = [];

    /// <summary>Uploads in parts that were neither completed nor aborted; <see langword="null"/> where the keys may not list them.</summary>
    public long? IncompleteUploads { get; init; }

    /// <summary>What their parts take.</summary>
    public long? IncompleteUploadBytes { get; init; }

    /// <summary>Versions that are not the newest; <see langword="null"/> where they were not asked for.</summary>
    public long? NoncurrentVersions { get; init; }

    /// <summary>What these take.</summary>
    public long? NoncurrentBytes { get; init; }

    /// <summary>Delete markers; <see langword="null"/> where they were not asked for.</summary>
    public long? DeleteMarkers { get; init; }
}
