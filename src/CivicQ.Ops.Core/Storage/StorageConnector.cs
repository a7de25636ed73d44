using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Makes clients of an environment's S3 or R2 storage.</summary>
internal static class StorageConnector
{
    /// <summary>Makes a client; nothing is sent yet.</summary>
    public static async Task<IAmazonS3> ConnectAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Environment.Storage!;
        var config = new AmazonS3Config
        {
            Timeout = context.Timeout,
            MaxErrorRetry = 1,
            ForcePathStyle = settings.PathStyle,
            // Others than AWS know neither the newer checksums nor need them.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (settings.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = settings.Region ?? "us-east-1";
        }
        else if (settings.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        try
        {
            return settings is { AccessKey: { } access, SecretKey: { } secret }
                ? new AmazonS3Client(
                    new BasicAWSCredentials(
                        await context.Secrets.ResolveAsync(access, cancellationToken).ConfigureAwait(false),
                        await context.Secrets.ResolveAsync(secret, cancellationToken).ConfigureAwait(false)),
                    config)
                : new AmazonS3Client(config);
        }
        catch (AmazonClientException error)
        {
            throw Translate(error, "S3");
        }
    }

    /// <summary>Turns what the library throws into an error of the catalogue.</summary>
    public static OperationException Translate(Exception error, string target)
    {
        if (error is AmazonS3Exception { StatusCode: not 0 } answer)
        {
            var definition = answer.ErrorCode switch
            {
                "NoSuchBucket" => StorageErrors.BucketNotFound,
                "AccessDenied" or "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" => StorageErrors.AccessDenied,
                _ => answer.StatusCode switch
                {
                    System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.Unauthorized => StorageErrors.AccessDenied,
                    System.Net.HttpStatusCode.NotFound => StorageErrors.BucketNotFound,
                    _ => StorageErrors.RequestFailed,
                },
            };
            // Some servers send the code without a message.
            return new OperationException(definition, $"{target}: {answer.ErrorCode} {answer.Message}".TrimEnd(), target, error);
        }

        var cause = error;
        while (cause.InnerException is { } inner)
        {
            cause = inner;
        }

        var credentials = error.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase);
        return new OperationException(credentials ? StorageErrors.NoCredentials : StorageErrors.Unreachable, $"{target}: {cause.Message}", target, error);
    }
}
