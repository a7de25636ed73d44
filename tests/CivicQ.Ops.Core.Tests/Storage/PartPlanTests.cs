using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Tests.Storage;

public sealed class PartPlanTests
{
    private const long TiB = 1L << 40;

    [Fact]
    public void Ten_thousand_parts_hold_what_S3_holds_though_nobody_said_how_much_comes()
    {
        var plan = new PartPlan();
        Assert.Equal(16 << 20, plan.Size(1));
        Assert.True(Enumerable.Range(1, PartPlan.MostParts).Sum(part => (long)plan.Size(part)) >= 5 * TiB);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(100L << 30)]
    [InlineData(5 * TiB)]
    public void Parts_of_one_size_hold_what_is_expected(long expected)
    {
        var plan = new PartPlan(expected, Uniform: true);
        Assert.Equal(plan.Size(1), plan.Size(PartPlan.MostParts));
        Assert.True((long)plan.Size(1) * PartPlan.MostParts >= expected);
    }

    [Fact]
    public void Memory_stays_bounded_while_parts_grow() =>
        Assert.All(new[] { 16, 32, 64, 128, 256, 512, 1024 }, size => Assert.True((long)PartPlan.InFlight(size << 20) * (size << 20) <= Math.Max(256L << 20, (long)size << 20)));

    [Fact]
    public void Four_parts_of_the_first_size_are_on_their_way() => Assert.Equal(4, PartPlan.InFlight(PartPlan.Smallest));
}
