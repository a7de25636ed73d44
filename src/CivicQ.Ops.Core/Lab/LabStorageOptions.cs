using CivicQ.Ops.Core.Environments;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The S3 server that the lab's buckets are to be on.</summary>
/// <param name="Endpoint">Where it listens.</param>
/// <param name="AccessKey">Where the access key's identifier is to be found.</param>
/// <param name="SecretKey">Where the secret access key is to be found.</param>
public sealed record LabStorageOptions(Uri Endpoint, SecretReference AccessKey, SecretReference SecretKey);
