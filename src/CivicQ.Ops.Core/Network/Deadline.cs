namespace CivicQ.Ops.Core.Network;

/// <summary>A time allowed on top of the caller's own token, which tells the two apart.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationToken outer;
    private readonly CancellationTokenSource source;

    /// <summary>Starts the clock.</summary>
    /// <param name="timeout">The time allowed.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    public Deadline(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Timeout = timeout;
        outer = cancellationToken;
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(timeout);
    }

    /// <summary>The time allowed.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Cancelled by the caller or by the clock.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>True when it was the clock.</summary>
    public bool Passed => source.IsCancellationRequested && !outer.IsCancellationRequested;

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
