namespace CivicQ.Ops.Core.Database.Statistics;

/// <summary>One look at a database's counters.</summary>
/// <param name="Statistic">The totals.</param>
/// <param name="Moment">The server's time.</param>
/// <param name="BlocksRead">Blocks that were read from outside the server's memory.</param>
/// <param name="BlocksHit">Blocks found in it.</param>
internal sealed record StatisticSample(DatabaseStatistic Statistic, DateTimeOffset Moment, long BlocksRead, long BlocksHit)
{
    /// <summary>The share of blocks that were found in memory; <see langword="null"/> without any.</summary>
    public static double? Ratio(long hit, long read) => hit + read > 0 ? (double)hit / (hit + read) : null;

    /// <summary>The totals with the rates since an earlier look.</summary>
    /// <param name="before">The earlier look; <see langword="null"/> where there was none.</param>
    /// <returns>The record.</returns>
    public DatabaseStatistic Since(StatisticSample? before)
    {
        if (before is null)
        {
            return Statistic;
        }

        var (now, then) = (Statistic, before.Statistic);
        var time = Moment - before.Moment;
        var reset = now.StatisticsReset != then.StatisticsReset || now.Commits < then.Commits || BlocksHit < before.BlocksHit;
        double? Rate(long later, long earlier) => reset || later < earlier || time <= TimeSpan.Zero ? null : (later - earlier) / time.TotalSeconds;
        return now with
        {
            SampleDuration = time,
            CommitRate = Rate(now.Commits, then.Commits),
            RollbackRate = Rate(now.Rollbacks, then.Rollbacks),
            DeadlockRate = Rate(now.Deadlocks, then.Deadlocks),
            TemporaryBytesRate = Rate(now.TemporaryBytes, then.TemporaryBytes),
            SampleCacheHitRatio = reset ? null : Ratio(BlocksHit - before.BlocksHit, BlocksRead - before.BlocksRead),
        };
    }
}
