namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Which events are wanted.</summary>
public sealed record DockerEventQuery
{
    /// <summary>Only at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only before this time. Without it the stream goes on until cancelled.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>By kind (container, label, type, event).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Filters { get; init; }
}
