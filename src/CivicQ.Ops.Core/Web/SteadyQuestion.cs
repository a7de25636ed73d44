using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Web;

/// <summary>Times an answer without the cost of the first one.</summary>
internal static class SteadyQuestion
{
    /// <summary>
    /// Asks, and asks once more over the open connection where the first answer was slow: the first one of a process also pays for
    /// compiling this client, which is nothing that a user of CivicQ waits for.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="question">The question, safe to ask twice.</param>
    /// <param name="limit">The limit that makes an answer slow.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The quicker answer.</returns>
    /// <exception cref="OperationException">As <see cref="WebSession.GetAsync"/>, of the first question.</exception>
    public static async Task<(WebAnswer Answer, byte[] Body)> GetSteadyAsync(
        this WebSession session, WebQuestion question, HealthThreshold limit, CancellationToken cancellationToken)
    {
        var first = await session.GetAsync(question, cancellationToken).ConfigureAwait(false);
        if (!first.Answer.Succeeded || limit.Judge(first.Answer.FirstByte.TotalSeconds) == HealthStatus.Healthy)
        {
            return first;
        }

        try
        {
            var second = await session.GetAsync(question, cancellationToken).ConfigureAwait(false);
            return second.Answer.Succeeded && second.Answer.FirstByte < first.Answer.FirstByte ? second : first;
        }
        catch (OperationException)
        {
            return first;
        }
    }
}
