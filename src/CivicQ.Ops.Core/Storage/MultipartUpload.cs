using System.Buffers;
using System.Runtime.ExceptionServices;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>
/// Writes an object of any size while it is made. Parts are sent beside the writing, at most four at once. Nothing is visible under the
/// key before <see cref="CompleteAsync"/>; disposing without it leaves nothing behind. What fits into one part goes in one request.
/// </summary>
internal sealed class MultipartUpload : Stream
{
    private readonly ObjectStore store;
    private readonly string bucket;
    private readonly string key;
    private readonly string? contentType;
    private readonly IReadOnlyDictionary<string, string>? metadata;
    private readonly PartPlan plan;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> sending = [];
    // One of its own: the shared one keeps a buffer for every thread that ever gave one back.
    private readonly ArrayPool<byte> buffers = ArrayPool<byte>.Create(PartPlan.Smallest, PartPlan.InFlight(PartPlan.Smallest) + 1);
    private UploadHandle? upload;
    private byte[]? buffer;
    private int size;
    private int filled;
    private int parts;
    private long written;
    private Exception? failure;
    private bool ended;
    private bool disposed;

    /// <summary>Opens the writer; nothing is sent yet.</summary>
    public MultipartUpload(ObjectStore store, string bucket, string key, string? contentType, IReadOnlyDictionary<string, string>? metadata, PartPlan plan) =>
        (this.store, this.bucket, this.key, this.contentType, this.metadata, this.plan) = (store, bucket, key, contentType, metadata, plan);

    /// <summary>How much was written.</summary>
    public override long Length => written;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => !ended;

    /// <inheritdoc/>
    public override long Position { get => written; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="OperationException">A part could not be sent; the upload is lost.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        EnsureWhole();
        while (!content.IsEmpty)
        {
            if (buffer is not null && filled == size)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }

            if (buffer is null)
            {
                size = plan.Size(parts + 1);
                buffer = buffers.Rent(size);
            }

            var taken = Math.Min(content.Length, size - filled);
            content.Span[..taken].CopyTo(buffer.AsSpan(filled));
            content = content[taken..];
            filled += taken;
            written += taken;
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] content, int offset, int count, CancellationToken cancellationToken) => WriteAsync(content.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] content, int offset, int count) => WriteAsync(content.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <summary>Sends the rest and makes the object visible.</summary>
    /// <returns>What the bucket has now; its length has been compared.</returns>
    /// <exception cref="OperationException">It could not be sent, or is not there as it was sent.</exception>
    public async Task<ObjectInfo> CompleteAsync(CancellationToken cancellationToken)
    {
        EnsureWhole();
        if (upload is null)
        {
            var whole = await store.PutAsync(bucket, key, buffer.AsMemory(0, filled), contentType, metadata, cancellationToken).ConfigureAwait(false);
            ended = true;
            return whole;
        }

        await SendAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(sending).WaitAsync(cancellationToken).ConfigureAwait(false);
        EnsureWhole();
        var versionId = await upload.CompleteAsync(written, cancellationToken).ConfigureAwait(false);
        ended = true;
        return await store.StoredAsync(bucket, key, versionId, written, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        await stop.CancelAsync().ConfigureAwait(false);
        // A part that arrives after the abort would stay.
        await Task.WhenAll(sending).ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        Release();
        if (!ended && upload is not null)
        {
            await upload.AbortAsync().ConfigureAwait(false);
        }

        ended = true;
        stop.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override int Read(byte[] content, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        if (parts >= PartPlan.MostParts)
        {
            throw new OperationException(
                StorageErrors.StorageFull, $"{ObjectStore.Target(bucket, key)}: an upload has no more than {PartPlan.MostParts} parts.", ObjectStore.Target(bucket, key));
        }

        if (upload is null)
        {
            var request = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key, ContentType = contentType };
            foreach (var (name, value) in metadata ?? new Dictionary<string, string>())
            {
                request.Metadata.Add(name, value);
            }

            upload = await UploadHandle.BeginAsync(store, request, alone: true, cancellationToken).ConfigureAwait(false);
        }

        while (sending.Count >= PartPlan.InFlight(size))
        {
            var done = await Task.WhenAny(sending).WaitAsync(cancellationToken).ConfigureAwait(false);
            sending.Remove(done);
            await done.ConfigureAwait(false);
        }

        var (content, number) = (new ArraySegment<byte>(buffer!, 0, filled), ++parts);
        (buffer, filled) = (null, 0);
        sending.Add(Task.Run(() => SendAsync(number, content), CancellationToken.None));
    }

    private async Task SendAsync(int number, ArraySegment<byte> content)
    {
        try
        {
            upload!.Add(await PartSender.SendAsync(store, upload, number, content, stop.Token).ConfigureAwait(false));
        }
        catch (Exception error)
        {
            failure ??= error;
            throw;
        }
        finally
        {
            buffers.Return(content.Array!);
        }
    }

    // An upload that lacks a part must never be completed.
    private void EnsureWhole()
    {
        ObjectDisposedException.ThrowIf(ended || disposed, this);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private void Release()
    {
        if (buffer is not null)
        {
            buffers.Return(buffer);
            buffer = null;
        }
    }
}
