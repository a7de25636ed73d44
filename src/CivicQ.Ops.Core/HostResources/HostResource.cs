using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.HostResources;

/// <summary>One resource of this machine, and how much of it is in use.</summary>
public sealed record HostResource
{
    /// <summary>The environment whose limits it was judged by.</summary>
    public string Environment { get; init; } = "";

    /// <summary>The kind.</summary>
    public required HostResourceKind Resource { get; init; }

    /// <summary>Which one: <c>host</c> or <c>cgroup</c> (the container's limit), for disks the mount point.</summary>
    public required string Name { get; init; }

    /// <summary>How much there is, in <see cref="Unit"/>: processors, bytes.</summary>
    public double? Total { get; init; }

    /// <summary>How much of it is in use, in <see cref="Unit"/>.</summary>
    public required double Used { get; init; }

    /// <summary>What <see cref="Total"/> and <see cref="Used"/> count.</summary>
    public required MeasureUnit Unit { get; init; }

    /// <summary>The share in use, 0 to 1; of a disk as <c>df</c> counts, without the blocks kept for root.</summary>
    public double? UsedRatio { get; init; }

    /// <summary>For disks, the share of inodes in use: a disk without free inodes is full, whatever its bytes say.</summary>
    public double? InodesUsedRatio { get; init; }

    /// <summary>For disks, the kind of file system.</summary>
    public string? FileSystem { get; init; }

    /// <summary>The verdict; Unknown for what has no limit.</summary>
    public HealthStatus Status { get; init; } = HealthStatus.Unknown;

    /// <summary>The limits it was judged by.</summary>
    public HealthThreshold? Threshold { get; init; }

    /// <summary>What was found, in one sentence.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What to do, where there is something to do.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>When it was measured, UTC.</summary>
    public DateTimeOffset MeasuredAt { get; init; } = DateTimeOffset.UtcNow;
}
