namespace CivicQ.Ops.Core.Services;

/// <summary>How far a rollout is, by the conditions of <c>kubectl rollout status</c>.</summary>
public sealed record RolloutStatus
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>The revision that is rolled out.</summary>
    public long? Revision { get; init; }

    /// <summary>True when it is over.</summary>
    public bool IsComplete { get; init; }

    /// <summary>How many instances are wanted.</summary>
    public int Desired { get; init; }

    /// <summary>How many instances are of the present revision.</summary>
    public int Updated { get; init; }

    /// <summary>How many instances are available.</summary>
    public int Available { get; init; }

    /// <summary>How many instances of older revisions are still there.</summary>
    public int Old { get; init; }

    /// <summary>What it waits for, in a sentence.</summary>
    public required string Message { get; init; }
}
