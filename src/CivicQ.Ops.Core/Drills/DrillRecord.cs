namespace CivicQ.Ops.Core.Drills;

/// <summary>What is kept of a drill while it is started. Holds no secret.</summary>
internal sealed record DrillRecord
{
    /// <summary>The drill's name.</summary>
    public required string Name { get; init; }

    /// <summary>When the injection began, UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it was first visible.</summary>
    public DateTimeOffset? DetectedAt { get; init; }

    /// <summary>When it was mended.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>By which cmdlet.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>Figures that the drill noted at its start.</summary>
    public IReadOnlyDictionary<string, long> Notes { get; init; } = new Dictionary<string, long>();
}
