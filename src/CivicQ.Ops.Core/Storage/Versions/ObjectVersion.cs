namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>One version of an object, or a delete marker on it.</summary>
public sealed record ObjectVersion
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The object's key.</summary>
    public required string Key { get; init; }

    /// <summary>The version; <c>null</c> in letters for what was written while the bucket kept none.</summary>
    public required string VersionId { get; init; }

    /// <summary>Whether it is the newest of its key, which is what readers get.</summary>
    public bool IsLatest { get; init; }

    /// <summary>Whether it is a delete marker: without content, it hides what is below.</summary>
    public bool IsDeleteMarker { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public DateTimeOffset LastModified { get; init; }

    /// <summary>The size; 0 for a delete marker.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The entity tag without quotes; empty for a delete marker.</summary>
    public string ETag { get; init; } = "";

    /// <summary>The storage class; empty for a delete marker.</summary>
    public string StorageClass { get; init; } = "";
}
