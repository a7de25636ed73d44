using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Services.Logs;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

public sealed class LogPositionTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 14, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(100, 10_000_000)]
    [InlineData(5000, 1_000)]
    [InlineData(5000, 0)]
    [InlineData(9000, 3)]
    public void After_any_cut_every_line_is_taken_once(int seen, int ticksApart)
    {
        var random = new Random(seen + ticksApart);
        // Streams are a little out of order beside each other, and lines repeat, also within one tick.
        var log = Enumerable.Range(0, 9100)
            .Select(index => new LogLine(Start.AddTicks((index * (long)ticksApart) - random.Next(3) * ticksApart), (LogStream)random.Next(2), ticksApart == 0 ? $"line {index}" : $"line {index / 3}")).ToList();
        var position = new LogPosition();
        var taken = log.Take(seen).Where(line => position.TryTake(line)).ToList();
        var floor = position.Floor;
        position.Resume();
        taken.AddRange(log.Where(line => floor is null || line.Time >= floor).Where(line => position.TryTake(line)));
        if (ticksApart == 0 && seen > 4096)
        {
            // More lines of one tick than are remembered: the one case that no clock gives.
            Assert.Equal(seen, taken.Count);
            return;
        }

        Assert.Equal(log, taken);
    }

    [Fact]
    public void What_lay_before_the_tail_is_not_taken_for_new()
    {
        var log = Enumerable.Range(0, 1000).Select(index => new LogLine(Start.AddMicroseconds(index), LogStream.Output, $"line {index}")).ToList();
        var position = new LogPosition(fromTail: true);
        Assert.All(log.TakeLast(5), line => Assert.True(position.TryTake(line)));
        position.Resume();
        log.Add(new LogLine(Start.AddSeconds(1), LogStream.Output, "new"));
        Assert.Equal(["new"], log.Where(line => position.TryTake(line)).Select(line => line.Text));
    }
}
