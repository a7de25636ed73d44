namespace CivicQ.Ops.Core.Environments;

/// <summary>The S3 or R2 buckets. Without keys the standard AWS credential chain is used.</summary>
public sealed record StorageSettings
{
    /// <summary>The buckets' names.</summary>
    public IReadOnlyList<string> Buckets { get; init; } = [];

    /// <summary>Another endpoint than AWS's, for example R2's.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>The region.</summary>
    public string? Region { get; init; }

    /// <summary>True for <c>endpoint/bucket/key</c> addresses.</summary>
    public bool PathStyle { get; init; }

    /// <summary>The access key's identifier.</summary>
    public SecretReference? AccessKey { get; init; }

    /// <summary>The secret access key.</summary>
    public SecretReference? SecretKey { get; init; }
}
