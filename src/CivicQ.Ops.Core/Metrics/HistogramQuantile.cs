namespace CivicQ.Ops.Core.Metrics;

/// <summary>Quantiles from cumulative buckets, as PromQL's <c>histogram_quantile</c> defines them.</summary>
public static class HistogramQuantile
{
    /// <summary>Computes a quantile.</summary>
    /// <param name="quantile">0 to 1; below gives -∞, above +∞.</param>
    /// <param name="buckets">Upper bounds with cumulative counts, in any order; the one of +∞ must be there.</param>
    /// <returns>
    /// Linear interpolation in the bucket that holds the rank; where that is the bucket of +∞, the largest finite bound; where it
    /// is the first bucket and its bound is not positive, that bound. NaN without observations, for rank 0 in an empty first bucket, or without the bucket of +∞.
    /// </returns>
    public static double Compute(double quantile, IEnumerable<(double UpperBound, double Count)> buckets)
    {
        if (double.IsNaN(quantile))
        {
            return double.NaN;
        }

        if (quantile is < 0 or > 1)
        {
            return quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }

        // The same bound twice (several series) adds up; counts that fall, as scrapes in the middle of an update have them, are levelled.
        var sorted = buckets.Where(bucket => !double.IsNaN(bucket.UpperBound)).GroupBy(bucket => bucket.UpperBound)
            .Select(group => (UpperBound: group.Key, Count: group.Sum(bucket => bucket.Count))).OrderBy(bucket => bucket.UpperBound).ToArray();
        for (var i = 1; i < sorted.Length; i++)
        {
            sorted[i].Count = Math.Max(sorted[i].Count, sorted[i - 1].Count);
        }

        if (sorted.Length < 2 || !double.IsPositiveInfinity(sorted[^1].UpperBound))
        {
            return double.NaN;
        }

        var total = sorted[^1].Count;
        if (!(total > 0))
        {
            return double.NaN;
        }

        var rank = quantile * total;
        var index = Array.FindIndex(sorted, bucket => bucket.Count >= rank);
        if (index < 0 || index == sorted.Length - 1)
        {
            return sorted[^2].UpperBound;
        }

        if (index == 0 && sorted[0].UpperBound <= 0)
        {
            return sorted[0].UpperBound;
        }

        var (start, below) = index == 0 ? (0, 0) : sorted[index - 1];
        var within = sorted[index].Count - below;
        // Rank 0 in an empty first bucket has nothing to interpolate in: 0 / 0, which is NaN in PromQL too.
        return start + ((sorted[index].UpperBound - start) * ((rank - below) / within));
    }
}
