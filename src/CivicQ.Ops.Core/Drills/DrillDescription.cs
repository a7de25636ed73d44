using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Services;

namespace CivicQ.Ops.Core.Drills;

/// <summary>A drill that can be started.</summary>
public sealed record DrillDescription
{
    /// <summary>The environment that it is for: <c>lab</c>, and no other.</summary>
    public string Environment { get; init; } = LabEnvironment.Name;

    /// <summary>The drill's name.</summary>
    public required string Name { get; init; }

    /// <summary>What operators notice of the incident.</summary>
    public required string Symptom { get; init; }

    /// <summary>What is done to the lab.</summary>
    public required string Injection { get; init; }

    /// <summary>The command that finds it.</summary>
    public required string Hint { get; init; }

    /// <summary>A command line that mends it.</summary>
    public required string Remedy { get; init; }

    /// <summary>The cmdlets that can have mended it, for the journal to be searched for.</summary>
    public IReadOnlyList<string> RemedyCmdlets { get; init; } = [];

    /// <summary>What the target of such a change names in the journal; <see langword="null"/> where any will do.</summary>
    public string? RemedyTrace { get; init; }

    /// <summary>What the lab's services must run on for it; empty where that does not matter.</summary>
    public IReadOnlyList<ServicePlatform> Platforms { get; init; } = [];

    /// <summary>The section of the runbook or manual.</summary>
    public required string Source { get; init; }

    /// <summary>True while it is started.</summary>
    public bool IsStarted { get; init; }
}
