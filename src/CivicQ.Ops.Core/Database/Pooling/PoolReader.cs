using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Database.Pooling;

/// <summary>Reads and judges PgBouncer's pools.</summary>
public static class PoolReader
{
    private const string Component = "Database";

    /// <summary>Reads them.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="sample">The time between two looks at the counters; zero for none, without rates.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The pools by database and user, without the console's own.</returns>
    /// <exception cref="OperationException"><c>ComponentNotConfigured</c>, <c>OperationTimedOut</c>, or one of <see cref="PoolerErrors"/>.</exception>
    public static async Task<IReadOnlyList<ConnectionPool>> ReadAsync(EnvironmentContext context, TimeSpan sample, CancellationToken cancellationToken)
    {
        var console = await PoolConsole.OpenAsync(context, cancellationToken).ConfigureAwait(false);
        await using var closing = console.ConfigureAwait(false);
        IReadOnlyDictionary<string, PoolStatistic>? first = null, second = null;
        if (sample > TimeSpan.Zero)
        {
            first = await console.StatisticsAsync(context, cancellationToken).ConfigureAwait(false);
            await Task.Delay(sample, cancellationToken).ConfigureAwait(false);
            second = await console.StatisticsAsync(context, cancellationToken).ConfigureAwait(false);
        }

        var thresholds = ThresholdSet.For(context.Environment);
        var pools = await console.PoolsAsync(context, cancellationToken).ConfigureAwait(false);
        return
        [
            .. pools.Select(pool => Judge(second?.GetValueOrDefault(pool.Database)?.Rates(pool, first!.GetValueOrDefault(pool.Database)) ?? pool, thresholds))
                .OrderBy(pool => pool.Database, StringComparer.Ordinal).ThenBy(pool => pool.User, StringComparer.Ordinal),
        ];
    }

    /// <summary>PgBouncer's part of the database's health: does the console answer, how full is the fullest pool, how long does anybody wait.</summary>
    /// <param name="context">The environment, which has a pooler.</param>
    /// <param name="thresholds">The limits in force.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>The results. A PgBouncer that is away is one of them: the database behind it may be well.</returns>
    public static async Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        try
        {
            var pools = await ReadAsync(context, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            var fullest = pools.MaxBy(pool => pool.UsedRatio ?? 0);
            var slowest = pools.MaxBy(pool => pool.MaxWait);
            return
            [
                thresholds.Judge(Component, "Pooler", fullest?.UsedRatio ?? 0, fullest is null
                    ? "PgBouncer answers; no client has connected yet."
                    : $"The fullest of PgBouncer's {pools.Count} pools, {fullest.User}@{fullest.Database}, uses {Measure.Format(fullest.UsedRatio ?? 0, MeasureUnit.Ratio)} of {fullest.PoolSize} connections.")
                    with { Duration = clock.Elapsed },
                thresholds.Judge(Component, "PoolerWait", slowest?.MaxWait.TotalSeconds ?? 0, pools.Sum(pool => pool.ClientsWaiting) is var waiting and > 0
                    ? $"{waiting} clients wait, the longest for {Measure.Duration(slowest!.MaxWait)} ({slowest.User}@{slowest.Database})."
                    : "No client waits for a connection.")
                    with { Duration = clock.Elapsed },
                .. pools.Where(pool => pool.Disabled || pool.Paused).DistinctBy(pool => pool.Database).Select(pool => new HealthResult
                {
                    Component = Component, Check = "PoolerDatabase", Status = pool.Status, Detail = pool.Detail, Duration = clock.Elapsed,
                    NextStep = "RESUME or ENABLE the database in PgBouncer's console when the work that it was held back for is done.",
                }),
            ];
        }
        catch (OperationException error)
        {
            return
            [
                new HealthResult
                {
                    Component = Component, Check = "Pooler", Status = HealthStatus.Unhealthy, Detail = error.Message,
                    NextStep = error.Definition.RecommendedAction, ErrorId = error.Definition.Id, Duration = clock.Elapsed,
                },
            ];
        }
    }

    private static ConnectionPool Judge(ConnectionPool pool, ThresholdSet thresholds)
    {
        var reasons = new List<string>();
        var status = HealthStatus.Healthy;
        void Add(HealthStatus found, string reason)
        {
            if (found > HealthStatus.Healthy)
            {
                reasons.Add(reason);
                status = found > status ? found : status;
            }
        }

        Add(thresholds["Database.Pooler"].Judge(pool.UsedRatio ?? 0), $"{Measure.Format(pool.UsedRatio ?? 0, MeasureUnit.Ratio)} of {pool.PoolSize} connections are in use");
        Add(thresholds["Database.PoolerWait"].Judge(pool.MaxWait.TotalSeconds), $"a client has waited for {Measure.Duration(pool.MaxWait)}");
        Add(pool.Paused ? HealthStatus.Degraded : HealthStatus.Healthy, $"database '{pool.Database}' is paused");
        Add(pool.Disabled ? HealthStatus.Unhealthy : HealthStatus.Healthy, $"database '{pool.Database}' is disabled");
        return pool with { Status = status, Detail = reasons.Count == 0 ? "" : string.Join("; ", reasons) + "." };
    }
}
