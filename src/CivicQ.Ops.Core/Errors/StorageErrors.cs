namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of S3 and R2 buckets.</summary>
public static class StorageErrors
{
    /// <summary>The storage cannot be reached.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "StorageUnreachable", ErrorKind.ConnectionError, "Check the endpoint and that this machine may reach it (Test-CivicQEndpoint), then the provider's status page.");

    /// <summary>The keys are wrong, or may not do this.</summary>
    public static readonly ErrorDefinition AccessDenied = new(
        "StorageAccessDenied", ErrorKind.PermissionDenied,
        "Check the keys of the environment and the bucket's policy (s3:ListBucket, s3:GetObject and, for a change, s3:PutObject).");

    /// <summary>No keys were found.</summary>
    public static readonly ErrorDefinition NoCredentials = new(
        "StorageCredentialsNotFound", ErrorKind.AuthenticationError, "Name accessKey and secretKey in the environment, or set up the AWS credential chain.");

    /// <summary>The keys were right once.</summary>
    public static readonly ErrorDefinition CredentialsExpired = new(
        "StorageCredentialsExpired", ErrorKind.AuthenticationError,
        "Get new credentials (sign in again, or have the role issue them), put them where the environment's accessKey and secretKey point, and check this machine's clock.");

    /// <summary>There is no such bucket.</summary>
    public static readonly ErrorDefinition BucketNotFound = new(
        "BucketNotFound", ErrorKind.ObjectNotFound, "Check the bucket's name, region and endpoint in the environment.");

    /// <summary>There is no such object, or no such version of it.</summary>
    public static readonly ErrorDefinition ObjectNotFound = new(
        "StorageObjectNotFound", ErrorKind.ObjectNotFound, "Get-CivicQObjectVersion -Prefix lists what is there, -Deleted what was deleted.");

    /// <summary>Several buckets could be meant.</summary>
    public static readonly ErrorDefinition BucketNotNamed = new(
        "BucketNotNamed", ErrorKind.InvalidArgument, "Name the bucket with -Bucket; Get-CivicQEnvironment shows those of the environment.");

    /// <summary>The bucket keeps no versions, so what was overwritten is gone.</summary>
    public static readonly ErrorDefinition BucketNotVersioned = new(
        "BucketNotVersioned", ErrorKind.InvalidOperation,
        "Restore from a backup (Get-CivicQBackup) or a replica. For the next time turn on versions (aws s3api put-bucket-versioning --versioning-configuration Status=Enabled).");

    /// <summary>The content lies in an archive and must be fetched first.</summary>
    public static readonly ErrorDefinition ObjectArchived = new(
        "StorageObjectArchived", ErrorKind.ResourceUnavailable,
        "Have it fetched (aws s3api restore-object --version-id …; hours for GLACIER, up to two days for DEEP_ARCHIVE), then run the command again.");

    /// <summary>A version is a delete marker below others, which hides nothing.</summary>
    public static readonly ErrorDefinition NotRestorable = new(
        "StorageVersionNotRestorable", ErrorKind.InvalidArgument, "Choose a version with content (Get-CivicQObjectVersion -Key), or leave -VersionId out to undelete.");

    /// <summary>The object is another one than when reading it began.</summary>
    public static readonly ErrorDefinition ObjectChanged = new(
        "StorageObjectChanged", ErrorKind.InvalidResult, "Somebody wrote the object meanwhile: run the command again.");

    /// <summary>The storage takes no more.</summary>
    public static readonly ErrorDefinition StorageFull = new(
        "StorageFull", ErrorKind.LimitsExceeded, "Make room (Get-CivicQStorage shows what takes it, incomplete uploads too) or have the provider raise the quota.");

    /// <summary>The storage asks for fewer requests.</summary>
    public static readonly ErrorDefinition Throttled = new(
        "StorageThrottled", ErrorKind.ResourceBusy, "Wait a minute and try again; find out what else asks so much of the bucket.");

    /// <summary>What the storage says that it has is not what was sent.</summary>
    public static readonly ErrorDefinition ChecksumMismatch = new(
        "StorageChecksumMismatch", ErrorKind.InvalidData, "Run it again; when it comes back, something between this machine and the storage damages data.");

    /// <summary>The storage answered with another error.</summary>
    public static readonly ErrorDefinition RequestFailed = new(
        "StorageRequestFailed", ErrorKind.InvalidResult, "The message holds the storage's own words; look at the provider's status page.");
}
