using System.Diagnostics;

namespace CivicQ.Ops.Core.Health;

/// <summary>Times a server's answer without this process's own delays.</summary>
internal static class QuickestAnswer
{
    private const int MostQuestions = 3;

    /// <summary>
    /// Asks, and asks again where the answer was slow: a compile, a collection or a full thread pool of this process lengthens one answer
    /// by more than a limit, a slow server all of them.
    /// </summary>
    /// <param name="limit">The limit that makes an answer slow.</param>
    /// <param name="ask">The question, safe to ask several times.</param>
    /// <returns>The time of the quickest answer.</returns>
    public static async Task<TimeSpan> MeasureAsync(HealthThreshold limit, Func<Task> ask)
    {
        var quickest = TimeSpan.MaxValue;
        for (var question = 0; question < MostQuestions && (question == 0 || limit.Judge(quickest.TotalSeconds) != HealthStatus.Healthy); question++)
        {
            var started = Stopwatch.GetTimestamp();
            await ask().ConfigureAwait(false);
            var took = Stopwatch.GetElapsedTime(started);
            quickest = took < quickest ? took : quickest;
        }

        return quickest;
    }
}
