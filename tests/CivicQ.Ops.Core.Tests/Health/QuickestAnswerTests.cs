using CivicQ.Ops.Core.Errors;
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
        var pause = TimeSpan.FromSeconds(1);
        var questions = 0;
        var time = await QuickestAnswer.MeasureAsync(
            new HealthThreshold { Name = "x", Degraded = pause.TotalSeconds / 2 }, () => ++questions == 1 ? Task.Delay(pause) : Task.CompletedTask);
        Assert.Equal(2, questions);
        Assert.True(time < pause);
    }

    [Fact]
    public async Task A_server_that_takes_seconds_is_not_asked_again()
    {
        var questions = 0;
        var time = await QuickestAnswer.AskAsync(
            new HealthThreshold { Name = "x", Degraded = 0.1 },
            async () =>
            {
                questions++;
                await Task.Delay(TimeSpan.FromSeconds(2));
                return TimeSpan.FromSeconds(2);
            },
            took => took);
        Assert.Equal((1, TimeSpan.FromSeconds(2)), (questions, time));
    }

    [Fact]
    public async Task A_second_question_that_fails_leaves_the_first_answer()
    {
        var questions = 0;
        var time = await QuickestAnswer.AskAsync(
            new HealthThreshold { Name = "x", Degraded = 0.1 },
            () => ++questions == 1 ? Task.FromResult(TimeSpan.FromSeconds(0.5)) : throw new OperationException(GeneralErrors.TimedOut, "no answer"),
            took => took);
        Assert.Equal((2, TimeSpan.FromSeconds(0.5)), (questions, time));
    }
}
