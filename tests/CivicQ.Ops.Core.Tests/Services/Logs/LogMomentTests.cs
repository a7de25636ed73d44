using CivicQ.Ops.Core.Services.Logs;

namespace CivicQ.Ops.Core.Tests.Services.Logs;

public sealed class LogMomentTests
{
    [Theory]
    [InlineData("45s", 45)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("00:30:00", 1800)]
    [InlineData("1.00:00:00", 86400)]
    public void A_duration_is_before_now(string text, double seconds)
    {
        var before = DateTimeOffset.UtcNow;
        var time = LogMoment.Parse(text).Time;
        Assert.InRange(time.AddSeconds(seconds), before, DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("2026-02-14T12:00:00Z")]
    [InlineData("2026-02-14T13:00:00+01:00")]
    public void A_time_is_itself_in_utc(string text) => Assert.Equal((new DateTimeOffset(2026, 2, 14, 12, 0, 0, TimeSpan.Zero), TimeSpan.Zero), (LogMoment.Parse(text).Time, LogMoment.Parse(text).Time.Offset));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("-5m")]
    [InlineData("-00:30:00")]
    [InlineData("yesterday")]
    [InlineData("1e9d")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => LogMoment.Parse(text));
}
