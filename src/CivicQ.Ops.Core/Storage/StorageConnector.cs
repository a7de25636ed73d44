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
    public static Task<IAmazonS3> ConnectAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        ConnectAsync(context, context.Timeout, retries: 1, cancellationToken);

    /// <summary>Makes a client with a time-out and a number of repetitions of its own.</summary>
    public static async Task<IAmazonS3> ConnectAsync(EnvironmentContext context, TimeSpan timeout, int retries, CancellationToken cancellationToken)
    {
        var settings = context.Environment.Storage!;
        var config = new AmazonS3Config
        {
            Timeout = timeout,
            MaxErrorRetry = retries,
            HttpClientFactory = new StorageClients(),
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
    public static OperationException Translate(Exception error, string target) => error switch
    {
        OperationException known => known,
        AmazonS3Exception { StatusCode: not 0 } answer =>
            // Some servers send the code without a message.
            new OperationException(StorageAnswer.Define(answer.ErrorCode, answer.StatusCode), $"{target}: {answer.ErrorCode} {answer.Message}".TrimEnd(), target, error),
        _ => new OperationException(
            error.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) ? StorageErrors.NoCredentials : StorageErrors.Unreachable,
            $"{target}: {error.GetBaseException().Message}", target, error),
    };
}
