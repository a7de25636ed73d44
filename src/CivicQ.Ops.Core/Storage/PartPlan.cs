namespace CivicQ.Ops.Core.Storage;

/// <summary>How large the parts of an upload are: 10,000 are all that S3 allows, and five of them are in memory.</summary>
/// <param name="ExpectedBytes">How much will come, where that is known; more may come.</param>
/// <param name="Uniform">True where all parts but the last must have one size, as R2 wants it.</param>
internal sealed record PartPlan(long ExpectedBytes = 0, bool Uniform = false)
{
    /// <summary>The most parts that an upload may have.</summary>
    public const int MostParts = 10_000;

    /// <summary>The size of the first parts, and of what goes without parts.</summary>
    public const int Smallest = 16 << 20;

    private const int Largest = 1 << 30;
    private const int PartsOfOneSize = 900;

    /// <summary>The size of one part, counted from 1.</summary>
    public int Size(int part)
    {
        // Room for a tenth more than expected, for an estimate is what callers have.
        var even = Math.Max(Smallest, Math.Min(Largest, RoundUp((ExpectedBytes + (ExpectedBytes / 10)) / MostParts)));
        if (Uniform)
        {
            return (int)even;
        }

        // Doubling from there on reaches 5 TiB.
        var grown = (long)Smallest << Math.Min((part - 1) / PartsOfOneSize, 6);
        return (int)Math.Max(even, grown);
    }

    /// <summary>How many parts of this size may be on their way at once, beside the one that is being filled.</summary>
    public static int InFlight(int size) => Math.Clamp((256 << 20) / size, 1, 4);

    private static long RoundUp(long bytes) => (bytes + (1 << 20) - 1) >> 20 << 20;
}
