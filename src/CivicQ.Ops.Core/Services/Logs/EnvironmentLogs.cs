using System.Runtime.CompilerServices;
using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>
/// Merges the logs of several environments, each of which comes in its own order, in the order in which the platforms took their entries. Nothing
/// goes out before every environment has an entry or none any more: for logs that end, not for those that are followed.
/// </summary>
public sealed class EnvironmentLogs
{
    private const int EntriesTogether = 64;
    private const int WaitingBatches = 8;
    private readonly MergeSignal signal = new();
    private readonly MergeSource[] sources;
    private int given;

    /// <summary>Expects environments.</summary>
    /// <param name="environments">How many; each must be entered and left, also where it has no log.</param>
    public EnvironmentLogs(int environments)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(environments);
        sources = new MergeSource[environments];
        for (var i = 0; i < environments; i++)
        {
            sources[i] = new MergeSource(WaitingBatches, signal);
        }
    }

    /// <summary>Runs what writes the log of one environment, and takes that as the log's end.</summary>
    /// <param name="write">The work; it gets what takes the entries.</param>
    /// <returns>The running work; its failure is the caller's.</returns>
    public async Task EnterAsync(Func<Func<IAsyncEnumerable<LogEntry>, CancellationToken, Task>, Task> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var source = sources[Interlocked.Increment(ref given) - 1];
        try
        {
            await write((entries, cancellationToken) => WriteAsync(source, entries, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            source.Complete();
        }
    }

    /// <summary>Reads the entries of all environments.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The entries in order.</returns>
    public async IAsyncEnumerable<LogEntry> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var queue = new PriorityQueue<MergeSource, long>();
        var waiting = sources.ToList();
        while (true)
        {
            for (var i = waiting.Count - 1; i >= 0; i--)
            {
                // Completion is asked first: what came before it is there then.
                var completed = waiting[i].IsCompleted;
                if (waiting[i].TryAdvance())
                {
                    queue.Enqueue(waiting[i], waiting[i].Key);
                    waiting.RemoveAt(i);
                }
                else if (completed)
                {
                    waiting.RemoveAt(i);
                }
            }

            if (waiting.Count > 0)
            {
                await signal.WaitAsync(null, cancellationToken).ConfigureAwait(false);
            }
            else if (!queue.TryDequeue(out var source, out _))
            {
                yield break;
            }
            else
            {
                yield return source.Head;
                waiting.Add(source);
            }
        }
    }

    private static async Task WriteAsync(MergeSource source, IAsyncEnumerable<LogEntry> entries, CancellationToken cancellationToken)
    {
        var batch = new List<LogEntry>(EntriesTogether);
        var coming = entries.GetAsyncEnumerator(cancellationToken);
        await using var closing = coming.ConfigureAwait(false);
        while (await coming.MoveNextAsync().ConfigureAwait(false))
        {
            batch.Add(coming.Current);
            if (batch.Count == EntriesTogether)
            {
                await source.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                batch = new List<LogEntry>(EntriesTogether);
            }
        }

        if (batch.Count > 0)
        {
            await source.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
    }
}
