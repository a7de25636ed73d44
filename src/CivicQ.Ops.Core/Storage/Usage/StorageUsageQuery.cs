namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>What is to be added up.</summary>
public sealed record StorageUsageQuery
{
    /// <summary>The buckets; all of the environment where this is empty.</summary>
    public IReadOnlyList<string> Buckets { get; init; } = [];

    /// <summary>What the keys begin with.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>How many levels of folders below the prefix are told apart; 0 for one sum.</summary>
    public int Depth { get; init; }

    /// <summary>Whether older versions and delete markers are added up too.</summary>
    public bool IncludeVersions { get; init; }

    /// <summary>How many requests are under way at once.</summary>
    public int Parallel { get; init; } = 16;
}
