using System.Diagnostics;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Database.Maintenance;

/// <summary>Connects to a server that went away, for as long as that makes sense.</summary>
internal static class Reconnection
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Tries until it succeeds or the time is over.</summary>
    /// <typeparam name="T">The connection.</typeparam>
    /// <param name="open">One attempt.</param>
    /// <param name="patience">How long.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="OperationException">The last attempt's.</exception>
    public static async Task<T> OpenAsync<T>(Func<CancellationToken, Task<T>> open, TimeSpan patience, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await open(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException error) when (clock.Elapsed < patience
                && (error.Definition == DatabaseErrors.Unreachable || error.Definition == DatabaseErrors.NotAccepting || error.Definition == DatabaseErrors.TooManyConnections
                    || error.Definition == GeneralErrors.TimedOut))
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
