using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Cache;

/// <summary>Asks Redis itself: does it answer, how full is it, does it serve what it is asked for, does it save its data.</summary>
public sealed class CacheHealthProbe : IHealthProbe
{
    // Fewer lookups say nothing about the rate: a server that has just started is not a bad one.
    private const double MinimumLookups = 100;

    /// <inheritdoc/>
    public string Component => "Cache";

    /// <inheritdoc/>
    public string NextStep => "Manual: Restart Services. Check that Redis runs, then its log.";

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Cache is not null;

    /// <inheritdoc/>
    public async Task<string?> TargetAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        (await RedisAddress.ResolveAsync(context, context.Environment.Cache!, cancellationToken).ConfigureAwait(false)).ToString();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var connection = await RedisConnector.OpenAsync(context, context.Environment.Cache!, cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var info = await connection.InfoAsync(cancellationToken).ConfigureAwait(false);
        // The second round trip is timed: the first one pays for this client's first compile.
        // ECHO, for PING is refused by a server that cannot save its data.
        var answer = await QuickestAnswer.MeasureAsync(
            thresholds[Component + ".Connection"], () => connection.ExecuteAsync("ECHO", ["CivicQ"], cancellationToken)).ConfigureAwait(false);
        return
        [
            thresholds.Judge(
                Component, "Connection", answer.TotalSeconds,
                $"Redis {info.GetValueOrDefault("redis_version", "?")} ({(connection.IsReplica ? "replica" : "primary")}) answered in {Measure.Duration(answer)}."),
            Memory(info, thresholds),
            HitRate(info, thresholds),
            Evictions(info, thresholds),
            Persistence(info),
        ];
    }

    private static double Number(IReadOnlyDictionary<string, string> info, string name) =>
        double.TryParse(info.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private HealthResult Memory(IReadOnlyDictionary<string, string> info, ThresholdSet thresholds)
    {
        var used = Number(info, "used_memory");
        var limit = Number(info, "maxmemory");
        if (limit > 0)
        {
            return thresholds.Judge(Component, "Memory", used / limit, $"{Measure.Bytes((long)used)} of {Measure.Bytes((long)limit)} (maxmemory) used.");
        }

        // Without maxmemory Redis takes what the machine has; whether that is too much, only a look at the machine can tell.
        var total = Number(info, "total_system_memory");
        var share = total > 0 ? used / total : double.NaN;
        var result = thresholds.Judge(Component, "Memory", share, $"{Measure.Bytes((long)used)} used, no maxmemory set; the machine has {(total > 0 ? Measure.Bytes((long)total) : "an unknown size")}.");
        return result.Status == HealthStatus.Healthy ? result with { Status = HealthStatus.Unknown, NextStep = "Set maxmemory, so that Redis cannot take the machine's last memory." } : result;
    }

    private HealthResult HitRate(IReadOnlyDictionary<string, string> info, ThresholdSet thresholds)
    {
        var hits = Number(info, "keyspace_hits");
        var lookups = hits + Number(info, "keyspace_misses");
        return lookups >= MinimumLookups
            ? thresholds.Judge(Component, "HitRate", hits / lookups, $"{Measure.Format(hits, MeasureUnit.Count)} of {Measure.Format(lookups, MeasureUnit.Count)} lookups found something, since start.")
            : thresholds.Judge(Component, "HitRate", double.NaN, $"Too few lookups since start to judge by ({Measure.Format(lookups, MeasureUnit.Count)} of {MinimumLookups:0}).");
    }

    private HealthResult Evictions(IReadOnlyDictionary<string, string> info, ThresholdSet thresholds)
    {
        var evicted = Number(info, "evicted_keys");
        var uptime = Math.Max(1, Number(info, "uptime_in_seconds"));
        return thresholds.Judge(
            Component, "Evictions", evicted / uptime,
            $"{Measure.Format(evicted, MeasureUnit.Count)} keys evicted for want of memory in {Measure.Duration(TimeSpan.FromSeconds(uptime))} since start.");
    }

    // LASTSAVE. A server sets it when it starts too, so it is told and not judged: what proves a backup is the backup.
    private static string LastSave(IReadOnlyDictionary<string, string> info) => Number(info, "rdb_last_save_time") is > 0 and var seconds
        ? $" (or the start), {Measure.Duration(DateTimeOffset.UtcNow - DateTimeOffset.FromUnixTimeSeconds((long)seconds))} ago" : "";

    private HealthResult Persistence(IReadOnlyDictionary<string, string> info)
    {
        var faults = new List<string>();
        void Look(string name, string what)
        {
            if (info.TryGetValue(name, out var state) && state != "ok")
            {
                faults.Add($"{what} failed ({name}: {state})");
            }
        }

        Look("rdb_last_bgsave_status", "the last snapshot");
        var appending = info.GetValueOrDefault("aof_enabled") == "1";
        if (appending)
        {
            Look("aof_last_write_status", "the last write to the append-only file");
            Look("aof_last_bgrewrite_status", "the last rewrite of the append-only file");
        }

        return new HealthResult
        {
            Component = Component,
            Check = "Persistence",
            Status = faults.Count == 0 ? HealthStatus.Healthy : HealthStatus.Unhealthy,
            Detail = faults.Count == 0
                ? $"Append-only file {(appending ? "on" : "off")}; {Measure.Format(Number(info, "rdb_changes_since_last_save"), MeasureUnit.Count)} changes since the last snapshot{LastSave(info)}."
                : $"Redis may refuse changes: {string.Join("; ", faults)}.",
            NextStep = faults.Count == 0 ? "" : Errors.CacheErrors.PersistenceFailed.RecommendedAction,
        };
    }
}
