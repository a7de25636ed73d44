namespace CivicQ.Ops.Core.Tests.Backups.Kills;

/// <summary>Random moments of a run; the seed is printed, and <c>CIVICQ_TEST_SEED</c> gives the same ones again.</summary>
internal sealed class Moments
{
    private readonly Random random;

    public Moments(Xunit.Abstractions.ITestOutputHelper output)
    {
        Seed = int.TryParse(Environment.GetEnvironmentVariable("CIVICQ_TEST_SEED"), out var given) ? given : Random.Shared.Next(1, 1_000_000);
        random = new Random(Seed);
        output.WriteLine($"CIVICQ_TEST_SEED={Seed}");
    }

    public int Seed { get; }

    /// <summary>One of so many moments, spread over a run from a share of it on.</summary>
    public TimeSpan Next(TimeSpan whole, int number, int count, double from = 0) => whole * (from + ((1.02 - from) * (number + random.NextDouble()) / count));
}
