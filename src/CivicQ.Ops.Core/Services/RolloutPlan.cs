namespace CivicQ.Ops.Core.Services;

/// <summary>What going back would do. It holds for the state that it was made from: doing it fails where somebody changed the service meanwhile.</summary>
public sealed record RolloutPlan
{
    /// <summary>The service.</summary>
    public required ServiceInfo Service { get; init; }

    /// <summary>The revision that is there.</summary>
    public required long FromRevision { get; init; }

    /// <summary>The revision that is gone back to.</summary>
    public required long ToRevision { get; init; }

    /// <summary>What becomes different.</summary>
    public required IReadOnlyList<ServiceDifference> Changes { get; init; }

    /// <summary>True where the service already is as the revision says, so that there is nothing to do.</summary>
    public bool IsAlreadyThere { get; init; }

    /// <summary>What the implementation needs to do it.</summary>
    internal object? State { get; init; }
}
