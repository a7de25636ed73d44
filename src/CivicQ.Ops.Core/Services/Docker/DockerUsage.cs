namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>What a container uses, as the docker CLI computes it.</summary>
public sealed record DockerUsage
{
    /// <summary>The container.</summary>
    public required string Id { get; init; }

    /// <summary>Processor cores in use between two samples.</summary>
    public double? CpuCores { get; init; }

    /// <summary>Memory in use without the page cache that can be taken back.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>What it may use, the machine's memory where nothing limits it.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Received over its networks since it started.</summary>
    public long? ReceivedBytes { get; init; }

    /// <summary>Sent over its networks since it started.</summary>
    public long? SentBytes { get; init; }

    /// <summary>How many processes and threads it has.</summary>
    public long? Processes { get; init; }

    /// <summary>When it was measured.</summary>
    public DateTimeOffset At { get; init; }
}
