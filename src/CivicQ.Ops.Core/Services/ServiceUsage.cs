namespace CivicQ.Ops.Core.Services;

/// <summary>What one instance uses, as <c>docker stats</c> and <c>kubectl top</c> compute it.</summary>
public sealed record ServiceUsage
{
    /// <summary>The environment's name.</summary>
    public required string Environment { get; init; }

    /// <summary>The service's name in every environment.</summary>
    public required string Service { get; init; }

    /// <summary>The pod's or container's name.</summary>
    public required string Instance { get; init; }

    /// <summary>Processor cores in use, on average between two samples; 1.5 is one and a half cores. <see langword="null"/> where the platform did not say.</summary>
    public double? CpuCores { get; init; }

    /// <summary>How many cores it may use; <see langword="null"/> where nothing limits it.</summary>
    public double? CpuLimitCores { get; init; }

    /// <summary>Memory in use, in bytes, without the page cache that the kernel can take back.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How much memory it may use, in bytes; <see langword="null"/> where nothing limits it.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Memory in use against its limit, 0..1; <see langword="null"/> without a limit.</summary>
    public double? MemoryRatio => MemoryBytes is { } bytes && MemoryLimitBytes is > 0 and var limit ? (double)bytes / limit : null;

    /// <summary>Cores in use against its limit, 0..1; <see langword="null"/> without a limit.</summary>
    public double? CpuRatio => CpuCores is { } cores && CpuLimitCores is > 0 and var limit ? cores / limit : null;

    /// <summary>Bytes received over the network since it started.</summary>
    public long? ReceivedBytes { get; init; }

    /// <summary>Bytes sent over the network since it started.</summary>
    public long? SentBytes { get; init; }

    /// <summary>How many processes it has.</summary>
    public long? Processes { get; init; }

    /// <summary>Whether the kernel ended it the last time because it used more memory than it may.</summary>
    public bool IsOomKilled { get; init; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset At { get; init; }
}
