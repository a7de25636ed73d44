using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace CivicQ.Ops.Core.Services.Logs;

/// <summary>Wakes the merger. A call while nobody waits is remembered.</summary>
internal sealed class MergeSignal
{
    private readonly Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private volatile Exception? failure;

    /// <summary>Wakes the merger.</summary>
    public void Set() => channel.Writer.TryWrite(true);

    /// <summary>Keeps what must end the merging.</summary>
    public void Fail(Exception? error) => failure ??= error;

    /// <summary>Waits for a call.</summary>
    /// <param name="longest">The longest wait; <see langword="null"/> for no end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The wait.</returns>
    public async Task WaitAsync(TimeSpan? longest, CancellationToken cancellationToken)
    {
        ThrowIfFailed();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (longest is { } time)
        {
            limit.CancelAfter(time + TimeSpan.FromMilliseconds(1));
        }

        try
        {
            await channel.Reader.ReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look at what has waited long enough.
        }

        ThrowIfFailed();
    }

    private void ThrowIfFailed()
    {
        if (failure is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }
}
