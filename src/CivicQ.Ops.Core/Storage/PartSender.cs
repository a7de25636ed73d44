using Amazon.S3;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Sends one part of an upload, as often as it takes, and checks what the server says it got.</summary>
internal static class PartSender
{
    /// <summary>Sends a part.</summary>
    public static Task<SentPart> SendAsync(ObjectStore store, UploadHandle upload, int number, ArraySegment<byte> content, CancellationToken cancellationToken)
    {
        var digest = ContentHash.Of(content);
        var target = ObjectStore.Target(upload.Bucket, upload.Key);
        return store.Retry.RunAsync(
            target,
            async attempt =>
            {
                using var sent = new HeardStream(content, attempt);
                var response = await store.Client.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = upload.Bucket, Key = upload.Key, UploadId = upload.UploadId, PartNumber = number, PartSize = content.Count, InputStream = sent,
                        MD5Digest = Convert.ToBase64String(digest), UseChunkEncoding = false, DisablePayloadSigning = store.Unsigned,
                    },
                    attempt.Token).ConfigureAwait(false);
                Verify(target, digest, response.ETag, response.ServerSideEncryptionMethod, response.SSECustomerAlgorithm is null ? null : ServerSideEncryptionCustomerMethod.AES256);
                return new SentPart(number, response.ETag, digest);
            },
            cancellationToken);
    }

    /// <summary>Compares a digest with the entity tag, where that is one.</summary>
    /// <exception cref="OperationException">It is another one.</exception>
    public static void Verify(string target, byte[] digest, string? tag, ServerSideEncryptionMethod? encryption, ServerSideEncryptionCustomerMethod? customer)
    {
        var plain = ContentHash.Plain(tag);
        if (!ContentHash.IsOpaque(encryption, customer) && ContentHash.IsDigest(plain) && !string.Equals(plain, ContentHash.Text(digest), StringComparison.OrdinalIgnoreCase))
        {
            throw new OperationException(StorageErrors.ChecksumMismatch, $"{target}: the storage received other bytes than were sent (MD5 {plain} instead of {ContentHash.Text(digest)}).", target);
        }
    }
}
