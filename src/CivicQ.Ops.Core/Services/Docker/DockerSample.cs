using System.Text.Json;

namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>One reading of a container's counters.</summary>
internal sealed record DockerSample(DateTimeOffset At, double Cpu, double System, int Processors, long? Memory, long? Limit, long? Received, long? Sent, long? Processes)
{
    /// <summary>Reads the answer of <c>/containers/…/stats</c>.</summary>
    /// <param name="item">The answer.</param>
    /// <returns>The reading; <see langword="null"/> where the container does not run.</returns>
    public static DockerSample? Read(JsonElement item)
    {
        var cpu = item.Part("cpu_stats") ?? default;
        var usage = cpu.Part("cpu_usage") ?? default;
        var memory = item.Part("memory_stats") ?? default;
        if (item.Time("read") is not { } at || cpu.Number("system_cpu_usage") is null)
        {
            return null;
        }

        var interfaces = item.Part("networks") is { ValueKind: JsonValueKind.Object } networks ? networks.EnumerateObject().Select(entry => entry.Value).ToList() : null;
        return new DockerSample(
            at, usage.Number("total_usage") ?? 0, cpu.Number("system_cpu_usage") ?? 0,
            (int)(cpu.Number("online_cpus") is > 0 and var online ? online : usage.Part("percpu_usage")?.GetArrayLength() ?? 0),
            InUse(memory), memory.Number("limit"),
            interfaces?.Sum(each => each.Number("rx_bytes") ?? 0), interfaces?.Sum(each => each.Number("tx_bytes") ?? 0),
            item.Part("pids_stats")?.Number("current"));
    }

    /// <summary>What was used between an earlier reading and this one.</summary>
    public DockerUsage Since(DockerSample earlier, string id) => new()
    {
        Id = id,
        CpuCores = Cpu > earlier.Cpu && System > earlier.System ? (Cpu - earlier.Cpu) / (System - earlier.System) * Processors : 0,
        MemoryBytes = Memory,
        MemoryLimitBytes = Limit,
        ReceivedBytes = Received,
        SentBytes = Sent,
        Processes = Processes,
        At = At,
    };

    // The docker CLI's rule: cgroup v1 has total_inactive_file, v2 inactive_file; v1 has both names, the first counts.
    private static long? InUse(JsonElement memory)
    {
        if (memory.Number("usage") is not { } usage)
        {
            return null;
        }

        var statistics = memory.Part("stats") ?? default;
        return (statistics.Number("total_inactive_file") ?? statistics.Number("inactive_file")) is { } cache && cache < usage ? usage - cache : usage;
    }
}
