using System.Diagnostics;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Health;

/// <summary>
/// Times a server's answer without this process's own delays: a compile, a collection or a full thread pool of this process lengthens one
/// answer by more than a limit, a slow server all of them. So what was slow is asked again.
/// </summary>
internal static class QuickestAnswer
{
    private const int MostQuestions = 3;

    // What takes longer is the server's doing, and asking again would use up the time that the check has.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Asks, and asks again where the answer was slow.</summary>
    /// <typeparam name="T">The answer.</typeparam>
    /// <param name="limit">The limit that makes an answer slow.</param>
    /// <param name="ask">The question, safe to ask several times.</param>
    /// <param name="time">How long an answer took; <see langword="null"/> for one whose time says nothing.</param>
    /// <returns>The quickest answer; the first, where its time says nothing.</returns>
    /// <exception cref="OperationException">The first question failed; a later one that fails is as if it had not been asked.</exception>
    public static async Task<T> AskAsync<T>(HealthThreshold limit, Func<Task<T>> ask, Func<T, TimeSpan?> time)
    {
        var started = Stopwatch.GetTimestamp();
        var quickest = await ask().ConfigureAwait(false);
        for (var question = 1; question < MostQuestions; question++)
        {
            if (time(quickest) is not { } best || limit.Judge(best.TotalSeconds) == HealthStatus.Healthy || Stopwatch.GetElapsedTime(started) > Patience)
            {
                break;
            }

            try
            {
                var next = await ask().ConfigureAwait(false);
                quickest = time(next) < best ? next : quickest;
            }
            catch (OperationException)
            {
                break;
            }
        }

        return quickest;
    }

    /// <summary>Asks for nothing but the time.</summary>
    /// <param name="limit">The limit that makes an answer slow.</param>
    /// <param name="ask">The question, safe to ask several times.</param>
    /// <returns>The time of the quickest answer.</returns>
    public static Task<TimeSpan> MeasureAsync(HealthThreshold limit, Func<Task> ask) => AskAsync(
        limit,
        async () =>
        {
            var started = Stopwatch.GetTimestamp();
            await ask().ConfigureAwait(false);
            return Stopwatch.GetElapsedTime(started);
        },
        took => took);
}
