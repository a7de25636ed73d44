using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Drills;

/// <summary>A drill that was started, and how far it has got.</summary>
public sealed record Drill
{
    /// <summary>The environment: <c>lab</c>.</summary>
    public string Environment { get; init; } = LabEnvironment.Name;

    /// <summary>The drill's name.</summary>
    public required string Name { get; init; }

    /// <summary>When the injection began, UTC.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>What operators notice of the incident.</summary>
    public required string Symptom { get; init; }

    /// <summary>The command that finds it.</summary>
    public required string Hint { get; init; }

    /// <summary>True once the incident has been visible to what the cmdlets look with; it stays true.</summary>
    public bool Detected { get; init; }

    /// <summary>True where it was visible, and is no more.</summary>
    public bool Resolved { get; init; }

    /// <summary>When it was first visible, UTC.</summary>
    public DateTimeOffset? DetectedAt { get; init; }

    /// <summary>When it was mended, UTC: the end of the change in the journal that did it; without one, when it was first seen to be gone.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>The cmdlet that mended it, by the journal; <see langword="null"/> where the journal has none.</summary>
    public string? ResolvedBy { get; init; }

    /// <summary>From the start until it was visible.</summary>
    public TimeSpan? TimeToDetect => DetectedAt - Started;

    /// <summary>From the start until it was mended.</summary>
    public TimeSpan? TimeToResolve => ResolvedAt - Started;

    /// <summary>What the last look saw, in one sentence.</summary>
    public string Detail { get; init; } = "";
}
