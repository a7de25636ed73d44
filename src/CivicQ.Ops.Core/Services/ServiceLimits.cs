namespace CivicQ.Ops.Core.Services;

/// <summary>What is to be set of a service; <see langword="null"/> leaves a thing as it is.</summary>
public sealed record ServiceLimits
{
    /// <summary>How many instances there are to be.</summary>
    public int? Replicas { get; init; }

    /// <summary>How much memory an instance may use, in bytes; 0 for no limit.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>How many processor cores an instance may use; 0 for no limit.</summary>
    public double? CpuLimitCores { get; init; }
}
