namespace CivicQ.Ops.Core.Storage;

/// <summary>One object of a bucket.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key.</param>
/// <param name="SizeBytes">The size.</param>
internal sealed record ObjectInfo(string Bucket, string Key, long SizeBytes)
{
    /// <summary>The entity tag without quotes; the MD5 in hexadecimal for most objects that were sent in one piece.</summary>
    public string ETag { get; init; } = "";

    /// <summary>True where the server encrypts with a key of KMS or of the customer's: the tag then looks like a digest of the content and is none.</summary>
    public bool HasOpaqueTag { get; init; }

    /// <summary>The version; <see langword="null"/> in a bucket without versions, and in a listing.</summary>
    public string? VersionId { get; init; }

    /// <summary>When it was written.</summary>
    public DateTimeOffset LastModified { get; init; }

    /// <summary>The storage class; <c>STANDARD</c> where the server names none.</summary>
    public string StorageClass { get; init; } = "STANDARD";

    /// <summary>The media type; <see langword="null"/> in a listing.</summary>
    public string? ContentType { get; init; }

    /// <summary>The metadata, names in lower case without <c>x-amz-meta-</c>; empty in a listing.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
