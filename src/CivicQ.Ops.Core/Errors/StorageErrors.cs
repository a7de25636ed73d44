namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of S3 and R2 buckets.</summary>
public static class StorageErrors
{
    /// <summary>The storage cannot be reached.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "StorageUnreachable", ErrorKind.ConnectionError, "Check the endpoint and that this machine may reach it (Test-CivicQEndpoint), then the provider's status page.");

    /// <summary>The keys are wrong, or may not do this.</summary>
    public static readonly ErrorDefinition AccessDenied = new(
        "StorageAccessDenied", ErrorKind.PermissionDenied, "Check the keys of the environment and the bucket's policy (s3:ListBucket).");

    /// <summary>No keys were found.</summary>
    public static readonly ErrorDefinition NoCredentials = new(
        "StorageCredentialsNotFound", ErrorKind.AuthenticationError, "Name accessKey and secretKey in the environment, or set up the AWS credential chain.");

    /// <summary>There is no such bucket.</summary>
    public static readonly ErrorDefinition BucketNotFound = new(
        "BucketNotFound", ErrorKind.ObjectNotFound, "Check the bucket's name, region and endpoint in the environment.");

    /// <summary>The storage answered with another error.</summary>
    public static readonly ErrorDefinition RequestFailed = new(
        "StorageRequestFailed", ErrorKind.InvalidResult, "The message holds the storage's own words; look at the provider's status page.");
}
