using System.Globalization;

namespace CivicQ.Ops.Core.HostResources;

/// <summary>
/// The limits that the kernel sets to this process through control groups, version 1 or 2: a container sees the whole machine in
/// <c>/proc</c>, but may use only this much. The tightest limit between the process's own group and the root counts.
/// </summary>
/// <param name="root">The root of the file system; another one in tests.</param>
internal sealed class Cgroup(string root)
{
    // Version 1 writes "no limit" as the largest number of pages.
    private const long NoLimit = 1L << 60;

    /// <summary>The memory limit and what counts against it, in bytes; <see langword="null"/> without a limit.</summary>
    public (long Limit, long Used)? Memory()
    {
        (long Limit, long Used)? tightest = null;
        foreach (var (folder, version) in Groups("memory"))
        {
            var (limitFile, usageFile, cacheName) = version == 2
                ? ("memory.max", "memory.current", "inactive_file")
                : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
            if (Number(folder, limitFile) is { } limit and < NoLimit && (tightest is null || limit < tightest.Value.Limit) && Number(folder, usageFile) is { } usage)
            {
                // The page cache that can be dropped at once is not in use, as docker stats counts too.
                var cache = Statistic(folder, "memory.stat", cacheName) ?? 0;
                tightest = (limit, Math.Max(0, usage - cache));
            }
        }

        return tightest;
    }

    /// <summary>The processors allowed, and the processor seconds used so far; <see langword="null"/> without a quota.</summary>
    public (double Processors, double Used)? Cpu()
    {
        (double Processors, double Used)? tightest = null;
        foreach (var (folder, version) in Groups("cpu"))
        {
            double? processors = null;
            double? used = null;
            if (version == 2)
            {
                if (Text(folder, "cpu.max")?.Split(' ') is [var quota, var period] && Parse(quota) is { } quotaTime && Parse(period) is { } periodTime and > 0)
                {
                    processors = (double)quotaTime / periodTime;
                    used = Statistic(folder, "cpu.stat", "usage_usec") / 1e6;
                }
            }
            else if (Number(folder, "cpu.cfs_quota_us") is { } quotaTime and > 0 && Number(folder, "cpu.cfs_period_us") is { } periodTime and > 0)
            {
                processors = (double)quotaTime / periodTime;
                used = Number(folder, "cpuacct.usage") / 1e9;
            }

            if (processors is { } allowed && used is { } time && (tightest is null || allowed < tightest.Value.Processors))
            {
                tightest = (allowed, time);
            }
        }

        return tightest;
    }

    // The groups from the process's own up to the root of the hierarchy. Inside a container the path in /proc may be the host's,
    // while only its own part is mounted: then the root of the mount is what there is.
    private IEnumerable<(string Folder, int Version)> Groups(string controller)
    {
        var unified = Path.Combine(root, "sys/fs/cgroup");
        var isUnified = File.Exists(Path.Combine(unified, "cgroup.controllers"));
        var top = isUnified ? unified : Path.Combine(unified, controller);
        var path = "/";
        try
        {
            foreach (var line in File.ReadLines(Path.Combine(root, "proc/self/cgroup")))
            {
                if (line.Split(':', 3) is [_, var controllers, var group]
                    && (isUnified ? controllers.Length == 0 : controllers.Split(',').Contains(controller, StringComparer.Ordinal)))
                {
                    path = group;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        for (var part = path; ; part = part[..part.LastIndexOf('/')])
        {
            var folder = Path.Combine(top, part.TrimStart('/'));
            if (Directory.Exists(folder))
            {
                yield return (folder, isUnified ? 2 : 1);
            }

            if (part.LastIndexOf('/') < 0 || part is "/" or "")
            {
                break;
            }
        }
    }

    private static long? Parse(string? text) => long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Number(string folder, string file) => Parse(Text(folder, file));

    private static long? Statistic(string folder, string file, string name) =>
        Parse(Text(folder, file)?.Split('\n').Select(line => line.Split(' ')).FirstOrDefault(parts => parts[0] == name)?.ElementAtOrDefault(1));

    private static string? Text(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file)).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
