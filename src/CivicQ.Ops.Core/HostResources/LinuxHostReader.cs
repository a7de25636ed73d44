using System.Globalization;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.HostResources;

/// <summary>Reads Linux's own figures from <c>/proc</c>, and a container's limits.</summary>
/// <param name="root">The root of the file system; another one in tests.</param>
internal sealed class LinuxHostReader(string root = "/") : IHostReader
{
    // The kernel's own, and images that are full by nature. overlay is a container's real root.
    private static readonly HashSet<string> Pseudo = new(StringComparer.Ordinal)
    {
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "fuse.lxcfs", "fuse.portal",
        "hugetlbfs", "iso9660", "mqueue", "nsfs", "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs", "tmpfs", "tracefs",
    };

    private readonly Cgroup cgroup = new(root);

    /// <inheritdoc/>
    public CpuReading ReadCpu()
    {
        if (cgroup.Cpu() is var (processors, used))
        {
            return new CpuReading(used, processors * System.Diagnostics.Stopwatch.GetTimestamp() / System.Diagnostics.Stopwatch.Frequency, processors, "cgroup");
        }

        var lines = File.ReadAllLines(Path.Combine(root, "proc/stat"));
        // user nice system idle iowait irq softirq steal; guest time is in user already. Ticks are hundredths of a second.
        var ticks = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Number).ToArray();
        var idle = ticks[3] + ticks.ElementAtOrDefault(4);
        var all = ticks.Sum();
        var count = lines.Count(line => line.StartsWith("cpu", StringComparison.Ordinal) && line.Length > 3 && char.IsAsciiDigit(line[3]));
        return new CpuReading((all - idle) / 100, all / 100, Math.Max(1, count), "host");
    }

    /// <inheritdoc/>
    public IEnumerable<HostResource> ReadMemory()
    {
        var values = File.ReadLines(Path.Combine(root, "proc/meminfo"))
            .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length >= 2)
            .ToDictionary(parts => parts[0], parts => Number(parts[1]) * 1024, StringComparer.Ordinal);
        var total = values["MemTotal"];
        // What a new program could have without swapping: the kernel's own estimate, not just what is free.
        var used = total - values.GetValueOrDefault("MemAvailable", values["MemFree"]);
        yield return cgroup.Memory() is var (limit, inUse) && limit < total
            ? Share(HostResourceKind.Memory, "cgroup", limit, inUse)
            : Share(HostResourceKind.Memory, "host", total, used);
        if (values.GetValueOrDefault("SwapTotal") is > 0 and var swap)
        {
            yield return Share(HostResourceKind.Swap, "host", swap, swap - values.GetValueOrDefault("SwapFree"));
        }

        var load = File.ReadAllText(Path.Combine(root, "proc/loadavg")).Split(' ');
        var processors = ReadCpu().Processors;
        yield return new HostResource
        {
            Resource = HostResourceKind.Load, Name = "host", Total = processors, Used = Number(load[0]), Unit = MeasureUnit.Count, UsedRatio = Number(load[0]) / processors,
            Detail = $"{load[0]}, {load[1]}, {load[2]} over 1, 5 and 15 minutes.",
        };
        var uptime = Number(File.ReadAllText(Path.Combine(root, "proc/uptime")).Split(' ')[0]);
        yield return new HostResource
        {
            Resource = HostResourceKind.Uptime, Name = "host", Used = uptime, Unit = MeasureUnit.Seconds, Detail = $"Up for {Measure.Duration(TimeSpan.FromSeconds(uptime))}.",
        };
    }

    /// <inheritdoc/>
    public IEnumerable<MountPoint> ReadMounts()
    {
        var devices = new HashSet<string>(StringComparer.Ordinal);
        // id parent major:minor root mountpoint options [tags …] - type source options. The first mount of a device is its own; later ones
        // are bind mounts of parts of it. A file as a mount point (/etc/hosts in containers) is no disk.
        var mounts = File.ReadLines(Path.Combine(root, "proc/self/mountinfo"))
            .Select(line => line.Split(" - ", 2))
            .Where(halves => halves.Length == 2)
            .Select(halves => (Left: halves[0].Split(' '), Right: halves[1].Split(' ')))
            .Where(mount => mount.Left.Length >= 5 && !Pseudo.Contains(mount.Right[0]))
            .Select(mount => (Device: mount.Left[2], Path: Unescape(mount.Left[4]), Type: mount.Right[0]))
            .OrderBy(mount => mount.Path.Length);
        foreach (var mount in mounts)
        {
            if (Directory.Exists(mount.Path) && devices.Add(mount.Device))
            {
                yield return new MountPoint(mount.Path, mount.Type);
            }
        }
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static HostResource Share(HostResourceKind kind, string name, double total, double used) => new()
    {
        Resource = kind, Name = name, Total = total, Used = used, Unit = MeasureUnit.Bytes, UsedRatio = used / total,
        Detail = $"{Measure.Bytes((long)used)} of {Measure.Bytes((long)total)} in use.",
    };

    // mountinfo writes blanks and the like as \040.
    private static string Unescape(string text) =>
        System.Text.RegularExpressions.Regex.Replace(text, @"\\([0-7]{3})", match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());
}
