using System.Net;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>What an error that an S3 server answers with means.</summary>
internal static class StorageAnswer
{
    /// <summary>The catalogue's entry for a server's code and status.</summary>
    public static ErrorDefinition Define(string? code, HttpStatusCode status) => code switch
    {
        "NoSuchBucket" => StorageErrors.BucketNotFound,
        "NoSuchKey" or "NoSuchVersion" or "NoSuchUpload" => StorageErrors.ObjectNotFound,
        "ExpiredToken" or "ExpiredTokenException" or "TokenRefreshRequired" or "RequestExpired" or "RequestTimeTooSkewed" => StorageErrors.CredentialsExpired,
        "AccessDenied" or "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "AllAccessDisabled" => StorageErrors.AccessDenied,
        "QuotaExceeded" or "EntityTooLarge" or "XMinioStorageFull" or "XMinioAdminBucketQuotaExceeded" or "InsufficientStorage" => StorageErrors.StorageFull,
        "SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "TooManyRequests" or "ServiceUnavailable" => StorageErrors.Throttled,
        "InvalidObjectState" => StorageErrors.ObjectArchived,
        "PreconditionFailed" => StorageErrors.ObjectChanged,
        "BadDigest" or "XAmzContentSHA256Mismatch" => StorageErrors.ChecksumMismatch,
        _ => status switch
        {
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => StorageErrors.AccessDenied,
            HttpStatusCode.NotFound => StorageErrors.BucketNotFound,
            HttpStatusCode.InsufficientStorage or HttpStatusCode.RequestEntityTooLarge => StorageErrors.StorageFull,
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => StorageErrors.Throttled,
            HttpStatusCode.PreconditionFailed => StorageErrors.ObjectChanged,
            _ => StorageErrors.RequestFailed,
        },
    };

    /// <summary>Whether the same request may succeed in a moment.</summary>
    public static bool IsTransient(string? code, HttpStatusCode status) =>
        status is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || code is "RequestTimeout" or "InternalError" or "SlowDown" or "BadDigest" or "XAmzContentSHA256Mismatch";
}
