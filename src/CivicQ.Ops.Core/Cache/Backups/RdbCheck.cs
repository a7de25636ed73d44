using System.Collections.Concurrent;
using CivicQ.Ops.Core.Backups.Stores;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>Looks at a snapshot as it passes: checksum, structure, keys. The reader works beside, on what it is given. To be disposed of also where the end never comes.</summary>
internal sealed class RdbCheck : IBackupCheck, IDisposable
{
    private const int WaitingPieces = 8;
    private readonly BlockingCollection<byte[]> pieces = new(WaitingPieces);
    private readonly CancellationTokenSource over = new();
    private readonly Task<RdbContents> reading;

    /// <summary>Begins.</summary>
    public RdbCheck() => reading = Task.Run(() =>
    {
        using var stream = new PieceStream(pieces, over.Token);
        try
        {
            return RdbFile.Verify(stream, "The snapshot", over.Token);
        }
        finally
        {
            // Whoever still brings pieces must not wait for a reader that has gone.
            over.Cancel();
        }
    });

    /// <summary>What was found; known after <see cref="End"/> gave <see langword="null"/>.</summary>
    public RdbContents Contents => reading.Result;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || over.IsCancellationRequested)
        {
            return;
        }

        try
        {
            pieces.Add(bytes.ToArray(), over.Token);
        }
        catch (OperationCanceledException)
        {
            // It found damage, which End tells.
        }
    }

    /// <inheritdoc/>
    public string? End()
    {
        pieces.CompleteAdding();
        try
        {
            reading.GetAwaiter().GetResult();
            return null;
        }
        catch (OperationException error)
        {
            return error.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        over.Cancel();
        ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        pieces.Dispose();
        over.Dispose();
    }
}
