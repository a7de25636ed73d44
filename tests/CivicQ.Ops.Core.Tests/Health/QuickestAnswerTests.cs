using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Tests.Health;

public sealed class QuickestAnswerTests
{
    [Theory]
    [InlineData(1000.0, 1)]
    [InlineData(0.0, 3)]
    public async Task A_slow_answer_is_asked_for_again_and_no_more_than_three_times(double limit, int expected)
    {
        var questions = 0;
        var time = await QuickestAnswer.MeasureAsync(new HealthThreshold { Name = "x", Degraded = limit }, () =>
        {
            questions++;
            return Task.CompletedTask;
        });
        Assert.Equal(expected, questions);
        Assert.True(time < TimeSpan.MaxValue);
    }

    [Fact]
    public async Task One_slow_answer_is_this_processs_own_and_does_not_count()
    {
        var pause = TimeSpan.FromSeconds(2);
        var questions = 0;
        var time = await QuickestAnswer.MeasureAsync(
            new HealthThreshold { Name = "x", Degraded = pause.TotalSeconds / 2 }, () => ++questions == 1 ? Task.Delay(pause) : Task.CompletedTask);
        Assert.Equal(2, questions);
        Assert.True(time < pause);
    }
}
