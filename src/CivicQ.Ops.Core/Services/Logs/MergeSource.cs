using System.Diagnostics;
using System.Threading.Channels;
using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>The entries of one instance on their way to the merger: a bounded queue, so that a reader that is ahead waits.</summary>
/// <param name="batches">How many batches may wait.</param>
/// <param name="signal">Told whenever something is new.</param>
internal sealed class MergeSource(int batches, MergeSignal signal)
{
    private readonly Channel<EntryBatch> channel = Channel.CreateBounded<EntryBatch>(new BoundedChannelOptions(batches) { SingleReader = true, SingleWriter = true });
    private EntryBatch? current;
    private int index;
    private volatile bool live;

    /// <summary>When it began, as <see cref="Stopwatch.GetTimestamp"/> tells.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether what was there at the beginning has been read, so that silence means that nothing is written.</summary>
    public bool IsLive => live;

    /// <summary>The entry that is next.</summary>
    public LogEntry Head { get; private set; } = null!;

    /// <summary>The place of <see cref="Head"/> in the order: its time, or that of an entry before it that is later.</summary>
    public long Key { get; private set; }

    /// <summary>When <see cref="Head"/> arrived.</summary>
    public long Arrived => current!.Arrived;

    /// <summary>Moves to the next entry.</summary>
    /// <returns>False where none is there yet, or any more.</returns>
    public bool TryAdvance()
    {
        while (current is null || index == current.Entries.Count)
        {
            if (!channel.Reader.TryRead(out current))
            {
                return false;
            }

            index = 0;
        }

        Head = current.Entries[index++];
        Key = Math.Max(Key, Head.PlatformTime.UtcTicks);
        return true;
    }

    /// <summary>Whether nothing will come any more. Asked after <see cref="TryAdvance"/> said no.</summary>
    public bool IsCompleted => channel.Reader.Completion.IsCompleted;

    /// <summary>Hands entries over; waits where the merger is behind.</summary>
    public async ValueTask WriteAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        await channel.Writer.WriteAsync(new EntryBatch(entries, Stopwatch.GetTimestamp()), cancellationToken).ConfigureAwait(false);
        signal.Set();
    }

    /// <summary>Says that what was there has been read.</summary>
    public void GoLive()
    {
        live = true;
        signal.Set();
    }

    /// <summary>Says that nothing will come any more.</summary>
    /// <param name="error">What ends the whole merging, if anything.</param>
    public void Complete(Exception? error = null)
    {
        channel.Writer.TryComplete();
        signal.Fail(error);
        signal.Set();
    }
}
