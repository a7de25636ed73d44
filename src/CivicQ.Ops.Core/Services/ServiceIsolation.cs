namespace CivicQ.Ops.Core.Services;

/// <summary>What cutting a service off from the network, or undoing that, did to it.</summary>
public sealed record ServiceIsolation
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>Whether it is cut off now.</summary>
    public required bool IsIsolated { get; init; }

    /// <summary>How it was done: the NetworkPolicy, or the networks that its containers were taken from.</summary>
    public required string Means { get; init; }

    /// <summary>The instances that it holds for; their processes and files are as they were.</summary>
    public IReadOnlyList<string> Instances { get; init; } = [];
}
