namespace CivicQ.Ops.Core.Storage;

/// <summary>One sending of a request; it is given up when nothing is heard of it for too long.</summary>
internal sealed class StorageAttempt : IDisposable
{
    private readonly TimeSpan patience;
    private readonly CancellationToken outer;
    private readonly CancellationTokenSource source;

    /// <summary>Starts the clock.</summary>
    public StorageAttempt(int number, TimeSpan patience, CancellationToken cancellationToken)
    {
        (Number, this.patience, outer) = (number, patience, cancellationToken);
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(patience);
    }

    /// <summary>1 for the first.</summary>
    public int Number { get; }

    /// <summary>Ends the attempt.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>True when it was the clock that ended it.</summary>
    public bool Late => source.IsCancellationRequested && !outer.IsCancellationRequested;

    /// <summary>Something moved: the clock starts anew.</summary>
    public void Heard()
    {
        try
        {
            source.CancelAfter(patience);
        }
        catch (ObjectDisposedException)
        {
            // The rest of a request that was given up.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
