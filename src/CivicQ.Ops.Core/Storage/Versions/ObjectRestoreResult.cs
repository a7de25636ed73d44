namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>What became of one object.</summary>
public sealed record ObjectRestoreResult
{
    /// <summary>The environment.</summary>
    public required string Environment { get; init; }

    /// <summary>The bucket.</summary>
    public required string Bucket { get; init; }

    /// <summary>The object's key.</summary>
    public required string Key { get; init; }

    /// <summary>What became of it.</summary>
    public required ObjectRestoreOutcome Outcome { get; init; }

    /// <summary>The version whose content is, or would be, there again; <see langword="null"/> where there is none.</summary>
    public string? VersionId { get; init; }

    /// <summary>The version that holds it now: a new one after a copy.</summary>
    public string? NewVersionId { get; init; }

    /// <summary>When that version was written, UTC.</summary>
    public DateTimeOffset? VersionTime { get; init; }

    /// <summary>Its size.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Whether length and, where both are digests of the content, entity tags were compared and are the same.</summary>
    public bool IsVerified { get; init; }

    /// <summary>What was, or would be, done, or why not.</summary>
    public string Reason { get; init; } = "";
}
