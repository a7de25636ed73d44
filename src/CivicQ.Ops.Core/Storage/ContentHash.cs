using System.Security.Cryptography;
using Amazon.S3;

namespace CivicQ.Ops.Core.Storage;

/// <summary>The MD5 that S3 checks what it is sent against, and returns as the entity tag: against damage on the way, not against an attacker.</summary>
internal static class ContentHash
{
    /// <summary>The digest, 16 bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    /// <summary>The entity tag of an object made of parts: the digest of their digests, and their number.</summary>
    public static string OfParts(IReadOnlyCollection<byte[]> parts) => $"{Text(Of(parts.SelectMany(part => part).ToArray()))}-{parts.Count}";

    /// <summary>As an entity tag has it.</summary>
    public static string Text(byte[] digest) => Convert.ToHexString(digest).ToLowerInvariant();

    /// <summary>Takes off the quotes and what weak tags begin with.</summary>
    public static string Plain(string? tag) => (tag ?? "").Replace("W/", "", StringComparison.Ordinal).Trim('"');

    /// <summary>Whether a tag is the digest of the content: not so for parts, and where the server encrypts with a key of its own.</summary>
    public static bool IsDigest(string tag) => tag.Length == 32 && tag.All(char.IsAsciiHexDigit);

    /// <summary>Whether tags say nothing of the content: with a key of KMS or of the customer's they look like digests and are none.</summary>
    public static bool IsOpaque(ServerSideEncryptionMethod? encryption, ServerSideEncryptionCustomerMethod? customer) =>
        (customer is not null && customer != ServerSideEncryptionCustomerMethod.None)
        || (encryption is not null && encryption != ServerSideEncryptionMethod.None && encryption != ServerSideEncryptionMethod.AES256);

    /// <summary>Whether a tag is a digest of digests of parts.</summary>
    public static bool IsDigestOfParts(string tag) => tag.IndexOf('-', StringComparison.Ordinal) == 32 && IsDigest(tag[..32]) && tag.AsSpan(33).IndexOfAnyExceptInRange('0', '9') < 0;
}
