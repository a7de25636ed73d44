namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>What a container may use. What is not set stays as it is.</summary>
public sealed record DockerLimits
{
    /// <summary>Memory, 0 for as much as the machine has.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processor cores, 0 for as many as the machine has.</summary>
    public double? Cores { get; init; }
}
