using System.Net;
using System.Text.Json;
using Amazon.S3.Model;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Lab;

/// <summary>
/// Has a bucket of the lab refuse new objects, and take them again: by a bucket policy that denies <c>s3:PutObject</c>, or where the server has
/// none (OpenStack Swift) by a quota of one byte, set through the server's own API with the same keys.
/// </summary>
internal static class LabBucketGate
{
    private const string Quota = "X-Container-Meta-Quota-Bytes";

    /// <summary>Has it refuse.</summary>
    /// <exception cref="OperationException"><see cref="DrillErrors.NotSupported"/>, or one of <see cref="StorageErrors"/>.</exception>
    public static async Task CloseAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        var policy = JsonSerializer.Serialize(new
        {
            Version = "2012-10-17",
            Statement = new[] { new { Sid = "CivicQLabDrill", Effect = "Deny", Principal = "*", Action = "s3:PutObject", Resource = $"arn:aws:s3:::{bucket}/*" } },
        });
        try
        {
            await store.Retry.RunAsync(bucket, attempt => store.Client.PutBucketPolicyAsync(new PutBucketPolicyRequest { BucketName = bucket, Policy = policy }, attempt.Token), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == StorageErrors.RequestFailed)
        {
            if (await LimitAsync(store.Context, bucket, "1", cancellationToken).ConfigureAwait(false) is { } reason)
            {
                throw new OperationException(DrillErrors.NotSupported, $"{store.Context.Environment.Storage!.Endpoint} has neither bucket policies ({error.Message}) nor Swift's quotas: {reason}", bucket, error);
            }
        }
    }

    /// <summary>Has it take objects again.</summary>
    /// <exception cref="OperationException"><see cref="DrillErrors.NotSupported"/> where a quota may be left, or one of <see cref="StorageErrors"/>.</exception>
    public static async Task OpenAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await store.Retry.RunAsync(bucket, attempt => store.Client.DeleteBucketPolicyAsync(new DeleteBucketPolicyRequest { BucketName = bucket }, attempt.Token), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException error) when (error.Definition == StorageErrors.RequestFailed || error.Definition == StorageErrors.BucketNotFound)
        {
            // A bucket that is gone refuses nothing.
            if (await LimitAsync(store.Context, bucket, "", cancellationToken).ConfigureAwait(false) is { } reason && error.Definition != StorageErrors.BucketNotFound)
            {
                throw new OperationException(DrillErrors.NotSupported, $"The quota of {bucket} could not be lifted: {reason}", bucket, error);
            }
        }
    }

    /// <summary>Sets or lifts Swift's quota. The secret key goes to this machine alone, where the lab's own server is, and follows nobody elsewhere.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="bucket">The bucket.</param>
    /// <param name="bytes">The quota; empty to lift it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it could not be done; <see langword="null"/> where it is.</returns>
    internal static async Task<string?> LimitAsync(EnvironmentContext context, string bucket, string bytes, CancellationToken cancellationToken)
    {
        var settings = context.Environment.Storage!;
        if (settings is not { Endpoint: { } endpoint, AccessKey: { } access, SecretKey: { } secret })
        {
            return "the endpoint and its keys are not named.";
        }

        if (!endpoint.IsLoopback)
        {
            return "they are set with the secret key itself, which is sent to a server of this machine only (127.0.0.1, localhost).";
        }

        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = context.Timeout };
        try
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, "auth/v1.0"));
            question.Headers.TryAddWithoutValidation("X-Auth-User", await context.Secrets.ResolveAsync(access, cancellationToken).ConfigureAwait(false));
            question.Headers.TryAddWithoutValidation("X-Auth-Key", await context.Secrets.ResolveAsync(secret, cancellationToken).ConfigureAwait(false));
            using var signed = await client.SendAsync(question, cancellationToken).ConfigureAwait(false);
            if (!signed.IsSuccessStatusCode || !signed.Headers.TryGetValues("X-Auth-Token", out var tokens) || !signed.Headers.TryGetValues("X-Storage-Url", out var addresses)
                || !Uri.TryCreate(addresses.First(), UriKind.Absolute, out var account))
            {
                return FormattableString.Invariant($"auth/v1.0 was answered with {(int)signed.StatusCode}, and no token.");
            }

            // The account's path on the server that was asked: the token goes nowhere else.
            using var order = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, $"{account.AbsolutePath.TrimEnd('/')}/{Uri.EscapeDataString(bucket)}"));
            order.Headers.TryAddWithoutValidation("X-Auth-Token", tokens.First());
            order.Headers.TryAddWithoutValidation(bytes.Length == 0 ? Quota.Replace("X-", "X-Remove-", StringComparison.Ordinal) : Quota, bytes.Length == 0 ? "x" : bytes);
            using var answer = await client.SendAsync(order, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode || (bytes.Length == 0 && answer.StatusCode == HttpStatusCode.NotFound)
                ? null : FormattableString.Invariant($"the order was answered with {(int)answer.StatusCode}.");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw StorageConnector.Translate(error, endpoint.ToString());
        }
    }
}
