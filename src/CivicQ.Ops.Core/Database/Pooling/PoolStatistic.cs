using System.Diagnostics;

namespace CivicQ.Ops.Core.Database.Pooling;

/// <summary>The counters of one database at one moment.</summary>
/// <param name="Queries">Statements since PgBouncer's start.</param>
/// <param name="Transactions">Transactions since then.</param>
/// <param name="QueryMicroseconds">The time that statements took.</param>
/// <param name="Taken">This machine's clock, in ticks of <see cref="Stopwatch"/>.</param>
internal sealed record PoolStatistic(long Queries, long Transactions, long QueryMicroseconds, long Taken)
{
    /// <summary>Puts the rates since an earlier moment into a pool.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="earlier">The earlier moment, if there is one.</param>
    /// <returns>The pool with its rates.</returns>
    public ConnectionPool Rates(ConnectionPool pool, PoolStatistic? earlier)
    {
        // Counters that went down are those of another process: PgBouncer was started anew in between.
        if (earlier is null || Queries < earlier.Queries || Transactions < earlier.Transactions)
        {
            return pool;
        }

        var time = Stopwatch.GetElapsedTime(earlier.Taken, Taken);
        var queries = Queries - earlier.Queries;
        return pool with
        {
            SampleTime = time,
            QueriesPerSecond = queries / time.TotalSeconds,
            TransactionsPerSecond = (Transactions - earlier.Transactions) / time.TotalSeconds,
            MeanQueryTime = queries > 0 ? TimeSpan.FromMicroseconds((double)Math.Max(0, QueryMicroseconds - earlier.QueryMicroseconds) / queries) : null,
        };
    }
}
