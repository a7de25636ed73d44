namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>Which versions are meant.</summary>
public sealed record VersionQuery
{
    /// <summary>The buckets; all of the environment where this is empty.</summary>
    public IReadOnlyList<string> Buckets { get; init; } = [];

    /// <summary>One key.</summary>
    public string? Key { get; init; }

    /// <summary>What the keys begin with, where no key is named.</summary>
    public string? Prefix { get; init; }

    /// <summary>Only keys that are deleted now, each with the delete marker that hides it; with <see cref="AsOf"/> with its version of then.</summary>
    public bool Deleted { get; init; }

    /// <summary>The version that each key had at this moment.</summary>
    public DateTimeOffset? AsOf { get; init; }
}
