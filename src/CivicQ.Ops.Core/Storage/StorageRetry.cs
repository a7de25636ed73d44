using System.Net.Sockets;
using Amazon.Runtime;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Sends a request again where the storage was only busy, late or cut off, waiting longer each time.</summary>
internal sealed record StorageRetry
{
    /// <summary>How often a request is sent at most.</summary>
    public int Attempts { get; init; } = 7;

    /// <summary>The wait before the second attempt; it doubles with each further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long nothing may be heard of one attempt.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Runs a request until it succeeds, fails for good, or has been tried often enough.</summary>
    /// <param name="target">What it is about, for the error.</param>
    /// <param name="request">Sends it once. It may say that something was heard, which starts <see cref="Patience"/> anew.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationException">It failed for good.</exception>
    public async Task<T> RunAsync<T>(string target, Func<StorageAttempt, Task<T>> request, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        for (var number = 1; ; number++)
        {
            using var attempt = new StorageAttempt(number, Patience, cancellationToken);
            try
            {
                return await request(attempt).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (Exception error) when (attempt.Late || IsTransient(error))
            {
                if (number >= Attempts)
                {
                    throw attempt.Late
                        ? new OperationException(StorageErrors.Unreachable, $"{target}: no answer within {Patience.TotalSeconds:0.#} s, {number} times.", target, error)
                        : StorageConnector.Translate(error, target);
                }
            }
            catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
            {
                throw StorageConnector.Translate(error, target);
            }

            // Many that were refused at once shall not come back at once.
            await Task.Delay(delay * (0.5 + (Random.Shared.NextDouble() / 2)), cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
        }
    }

    /// <summary>Whether a failure may pass by itself.</summary>
    public static bool IsTransient(Exception error)
    {
        if (error is OperationException known)
        {
            return known.Definition == StorageErrors.ChecksumMismatch;
        }

        if (error is AmazonServiceException { StatusCode: not 0 } answer)
        {
            return StorageAnswer.IsTransient(answer.ErrorCode, answer.StatusCode);
        }

        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }:
                    return false;
                case HttpRequestException or IOException or SocketException or TimeoutException:
                    return true;
            }
        }

        return false;
    }
}
