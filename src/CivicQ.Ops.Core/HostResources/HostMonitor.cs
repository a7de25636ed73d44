using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.HostResources;

/// <summary>Measures this machine, and judges it by an environment's limits.</summary>
public static class HostMonitor
{
    private static readonly TimeSpan DiskPatience = TimeSpan.FromSeconds(2);

    /// <summary>Measures processors (without what this process itself uses), memory, swap, load, disks and uptime.</summary>
    /// <param name="environment">The environment whose limits count.</param>
    /// <param name="sample">How long the processors are watched.</param>
    /// <param name="paths">Only the disks that hold these paths; all disks when empty.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    /// <returns>One object a resource.</returns>
    /// <exception cref="OperationException"><see cref="HostErrors.PathNotFound"/>.</exception>
    public static Task<IReadOnlyList<HostResource>> MeasureAsync(
        CivicQEnvironment environment, TimeSpan sample, IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        MeasureAsync(OthersReader.OfThisProcess(Reader()), environment, sample, paths, cancellationToken);

    /// <summary>Measures by the given reader.</summary>
    internal static async Task<IReadOnlyList<HostResource>> MeasureAsync(
        IHostReader reader, CivicQEnvironment environment, TimeSpan sample, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var thresholds = ThresholdSet.For(environment);
        var mounts = Pick([.. reader.ReadMounts()], paths);
        var disks = Task.WhenAll(mounts.Select(mount => DiskAsync(mount, cancellationToken)));
        var before = reader.ReadCpu();
        await Task.Delay(sample, cancellationToken).ConfigureAwait(false);
        var after = reader.ReadCpu();
        HostResource[] all = [Cpu(before, after, sample), .. reader.ReadMemory(), .. await disks.ConfigureAwait(false)];
        return [.. all.Select(resource => Judge(resource, thresholds) with { Environment = environment.Name })];
    }

    private static IHostReader Reader() =>
        OperatingSystem.IsWindows() ? new WindowsHostReader()
        : OperatingSystem.IsLinux() ? new LinuxHostReader()
        : throw new OperationException(GeneralErrors.Unexpected, "This machine is neither Linux nor Windows; its resources cannot be measured.");

    private static HostResource Cpu(CpuReading before, CpuReading after, TimeSpan sample)
    {
        var available = after.Available - before.Available;
        var ratio = available > 0 ? Math.Clamp((after.Busy - before.Busy) / available, 0, 1) : 0;
        return new HostResource
        {
            Resource = HostResourceKind.Cpu, Name = after.Name, Total = after.Processors, Used = ratio * after.Processors, Unit = MeasureUnit.Count, UsedRatio = ratio,
            Detail = $"{Measure.Format(ratio * after.Processors, MeasureUnit.Count)} of {Measure.Format(after.Processors, MeasureUnit.Count)} processors busy over {Measure.Duration(sample)}.",
        };
    }

    private static async Task<HostResource> DiskAsync(MountPoint mount, CancellationToken cancellationToken)
    {
        var resource = new HostResource { Resource = HostResourceKind.Disk, Name = mount.Path, FileSystem = mount.FileSystem, Used = 0, Unit = MeasureUnit.Bytes };
        try
        {
            var usage = await Task.Run(() => DiskUsage.Read(mount.Path), CancellationToken.None).WaitAsync(DiskPatience, cancellationToken).ConfigureAwait(false);
            return resource with
            {
                Total = usage.TotalBytes, Used = usage.UsedBytes, UsedRatio = usage.UsedRatio, InodesUsedRatio = usage.InodesUsedRatio,
                Detail = $"{mount.Path} ({mount.FileSystem}): {Measure.Bytes(usage.AvailableBytes)} of {Measure.Bytes(usage.TotalBytes)} free"
                    + (usage.InodesUsedRatio is { } inodes ? $", {Measure.Format(inodes, MeasureUnit.Ratio)} of inodes used." : "."),
            };
        }
        catch (TimeoutException)
        {
            return resource with { Detail = $"{mount.Path} ({mount.FileSystem}) does not answer; is its server gone?", Status = HealthStatus.Unhealthy };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return resource with { Detail = $"{mount.Path} ({mount.FileSystem}): {error.Message}" };
        }
    }

    private static HostResource Judge(HostResource resource, ThresholdSet thresholds)
    {
        if (resource.Resource is not (HostResourceKind.Cpu or HostResourceKind.Memory or HostResourceKind.Disk) || resource.UsedRatio is not { } ratio)
        {
            return resource;
        }

        // A disk is as full as its bytes or its inodes, whichever is worse.
        var worst = Math.Max(ratio, resource.InodesUsedRatio ?? 0);
        var verdict = thresholds.Judge("Host", resource.Resource.ToString(), worst, resource.Detail);
        return resource with { Status = verdict.Status, Threshold = verdict.Threshold, NextStep = verdict.NextStep };
    }

    private static List<MountPoint> Pick(List<MountPoint> mounts, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            return mounts;
        }

        var comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return [.. paths.Select(path =>
        {
            var full = Path.GetFullPath(path);
            bool Holds(MountPoint mount) => full.Equals(mount.Path, comparison)
                || full.StartsWith(Path.EndsInDirectorySeparator(mount.Path) ? mount.Path : mount.Path + Path.DirectorySeparatorChar, comparison);
            return Path.Exists(full) && mounts.Where(Holds).MaxBy(mount => mount.Path.Length) is { } holder
                ? holder
                : throw new OperationException(HostErrors.PathNotFound, $"No disk of this machine holds '{path}'.", path);
        }).Distinct()];
    }
}
