using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>What is to be done to one object; made without changing anything.</summary>
public sealed record ObjectRestoreStep
{
    /// <summary>The newest version or marker now.</summary>
    public required ObjectVersion Latest { get; init; }

    /// <summary>What it would become.</summary>
    public required ObjectRestoreOutcome Outcome { get; init; }

    /// <summary>The version to bring back.</summary>
    public ObjectVersion? Version { get; init; }

    /// <summary>The delete markers that hide it, newest first.</summary>
    public IReadOnlyList<ObjectVersion> Markers { get; init; } = [];

    /// <summary>Why it cannot be done.</summary>
    public ErrorDefinition? Refusal { get; init; }

    /// <summary>What is done, as an order.</summary>
    public required string Action { get; init; }

    /// <summary>Whether there is anything to agree to.</summary>
    public bool IsChange => Outcome is ObjectRestoreOutcome.Restored or ObjectRestoreOutcome.Undeleted or ObjectRestoreOutcome.Removed;

    /// <summary>The step's result.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="reason">What was done, or why not.</param>
    /// <returns>The result.</returns>
    public ObjectRestoreResult Result(ObjectRestoreOutcome outcome, string reason) => new()
    {
        Environment = Latest.Environment, Bucket = Latest.Bucket, Key = Latest.Key, Outcome = outcome, VersionId = Version?.VersionId, VersionTime = Version?.LastModified,
        SizeBytes = Version?.SizeBytes ?? 0, Reason = reason,
    };
}
