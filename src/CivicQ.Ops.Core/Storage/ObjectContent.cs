using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>The bytes of an object, read once from the beginning to the end. A cut connection is taken up again where it broke.</summary>
internal sealed class ObjectContent : Stream
{
    private readonly ObjectStore store;
    private readonly string? versionId;
    private GetObjectResponse? response;
    private long position;

    /// <summary>Starts with an answer to a GET of the whole.</summary>
    public ObjectContent(ObjectStore store, GetObjectResponse response, ObjectInfo info, string? versionId)
    {
        (this.store, this.response, this.versionId) = (store, response, versionId);
        Info = info;
    }

    /// <summary>What is read.</summary>
    public ObjectInfo Info { get; }

    /// <inheritdoc/>
    public override long Length => Info.SizeBytes;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Position { get => position; set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || position >= Length)
        {
            return 0;
        }

        // Each attempt without a single byte counts; opening again has attempts and waits of its own.
        var read = await store.Retry.RunAsync(
            ObjectStore.Target(Info.Bucket, Info.Key),
            async attempt =>
            {
                try
                {
                    if (response is null)
                    {
                        response = await ReopenAsync(attempt.Token).ConfigureAwait(false);
                        attempt.Heard();
                    }

                    var count = await response.ResponseStream.ReadAsync(buffer, attempt.Token).ConfigureAwait(false);
                    return count > 0 ? count : throw new IOException($"The connection ended after {position} of {Length} bytes.");
                }
                catch
                {
                    response?.Dispose();
                    response = null;
                    throw;
                }
            },
            cancellationToken).ConfigureAwait(false);
        position += read;
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            response?.Dispose();
            response = null;
        }

        base.Dispose(disposing);
    }

    private async Task<GetObjectResponse> ReopenAsync(CancellationToken cancellationToken)
    {
        var rest = await store.Client.GetObjectAsync(
            new GetObjectRequest
            {
                BucketName = Info.Bucket, Key = Info.Key, VersionId = versionId, ByteRange = new ByteRange(position, Length - 1),
                // The same bytes, or none.
                EtagToMatch = $"\"{Info.ETag}\"",
            },
            cancellationToken).ConfigureAwait(false);
        var target = ObjectStore.Target(Info.Bucket, Info.Key);
        var problem = ContentHash.Plain(rest.ETag) != Info.ETag
            ? new OperationException(StorageErrors.ObjectChanged, $"{target} changed while it was read.", target)
            : rest.Headers.ContentLength != Length - position
                ? new OperationException(StorageErrors.RequestFailed, $"{target}: the server does not send a part of an object when asked for one.", target)
                : null;
        if (problem is null)
        {
            return rest;
        }

        rest.Dispose();
        throw problem;
    }
}
