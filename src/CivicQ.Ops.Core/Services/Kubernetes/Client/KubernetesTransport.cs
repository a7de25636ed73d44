using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Sends requests: connection, trust, credential, and asking again where that is safe.</summary>
internal sealed class KubernetesTransport : IDisposable
{
    private const int MaximumErrorBytes = 256 * 1024;
    private readonly KubernetesAccess access;
    private readonly KubernetesOptions options;
    private readonly ServerTrust trust;
    private readonly object swap = new();
    private readonly List<HttpMessageInvoker> invokers = [];
    private X509Certificate2? certificate;
    private int users;
    private bool isRetired;

    /// <summary>Creates the transport; it connects with the first request.</summary>
    public KubernetesTransport(KubernetesAccess access, KubernetesOptions options)
    {
        (this.access, this.options, trust) = (access, options, new ServerTrust(access));
        Target = $"{AddressText.Of(access.Server).TrimEnd('/')} (context '{access.Context}')";
    }

    /// <summary>The cluster, for messages.</summary>
    public string Target { get; }

    /// <summary>Takes part in it, until <see cref="Release"/>.</summary>
    /// <returns>The transport.</returns>
    public KubernetesTransport Use()
    {
        Interlocked.Increment(ref users);
        return this;
    }

    /// <summary>Takes part no more.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref users) == 0 && Volatile.Read(ref isRetired))
        {
            Dispose();
        }
    }

    /// <summary>Lets it go with the last one that takes part.</summary>
    public void Retire()
    {
        Volatile.Write(ref isRetired, true);
        if (Volatile.Read(ref users) == 0)
        {
            Dispose();
        }
    }

    /// <summary>Sends a request and sees to it that the answer is a good one.</summary>
    /// <param name="make">Makes the request; once more for each try.</param>
    /// <param name="repeatable">Whether doing it twice does no harm.</param>
    /// <param name="mayBeSilent">True for an answer that begins when there is something to say: the log of a container that is quiet.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The answer, its body not read yet; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="KubernetesErrors"/>.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        Func<Uri, HttpRequestMessage> make, bool repeatable, bool mayBeSilent, CancellationToken cancellationToken)
    {
        var refused = false;
        for (var attempt = 0; ; attempt++)
        {
            OperationException failure;
            var wait = TimeSpan.FromMilliseconds(200 * (1 << Math.Min(attempt, 8)));
            // A server that says 429 has done nothing of what it was asked for.
            var again = repeatable;
            try
            {
                var credential = await access.Credential.GetAsync(refresh: false, cancellationToken).ConfigureAwait(false);
                var response = await OnceAsync(make, credential, mayBeSilent ? Timeout.InfiniteTimeSpan : options.RequestTimeout, cancellationToken).ConfigureAwait(false);
                if ((int)response.StatusCode is 101 or (>= 200 and < 300))
                {
                    return response;
                }

                using (response)
                {
                    if (response.StatusCode == HttpStatusCode.Unauthorized && !refused)
                    {
                        refused = true;
                        if (!ReferenceEquals(credential, await access.Credential.GetAsync(refresh: true, cancellationToken).ConfigureAwait(false)))
                        {
                            continue;
                        }
                    }

                    failure = StatusTranslator.Of(response.StatusCode, await ErrorBodyAsync(response, cancellationToken).ConfigureAwait(false), Target);
                    var busy = response.StatusCode == HttpStatusCode.TooManyRequests;
                    again = busy ? response.RequestMessage?.Method != HttpMethod.Post : again && (int)response.StatusCode >= 500;
                    wait = RetryAfter(response) ?? wait;
                }
            }
            catch (HttpRequestException error)
            {
                failure = Unreachable(error);
                again &= failure.Definition != KubernetesErrors.ClusterUntrusted;
            }
            catch (IOException error)
            {
                failure = new OperationException(KubernetesErrors.ClusterUnreachable, $"{Target}: the connection broke: {error.Message}", Target, error);
            }

            if (!again || attempt >= options.MaximumRetries)
            {
                throw failure;
            }

            await Task.Delay(wait < options.MaximumRetryDelay ? wait : options.MaximumRetryDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The error of a connection that failed.</summary>
    public OperationException Unreachable(Exception error)
    {
        var cause = NetworkFailure.Translate(error, Target);
        var definition = cause.Definition == NetworkErrors.TlsHandshakeFailed ? KubernetesErrors.ClusterUntrusted
            : cause.Definition == NetworkErrors.TimedOut ? KubernetesErrors.ClusterTimedOut
            : KubernetesErrors.ClusterUnreachable;
        return new OperationException(definition, cause.Message, Target, error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (swap)
        {
            invokers.ForEach(invoker => invoker.Dispose());
            invokers.Clear();
        }

        (access.Credential as IDisposable)?.Dispose();
    }

    private async Task<HttpResponseMessage> OnceAsync(
        Func<Uri, HttpRequestMessage> make, KubernetesCredential credential, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(timeout, cancellationToken);
        var request = make(access.Server);
        request.Headers.Authorization = credential.Authorization;
        if (access.ServerName is { } name)
        {
            // .NET takes the name of the handshake, and of the certificate, from here.
            request.Headers.Host = name;
        }

        try
        {
            return await Invoker(credential).SendAsync(request, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.Passed)
        {
            throw new OperationException(
                KubernetesErrors.ClusterTimedOut, FormattableString.Invariant($"{Target}: no answer within {options.RequestTimeout.TotalSeconds:0.###} s."), Target);
        }
    }

    private HttpMessageInvoker Invoker(KubernetesCredential credential)
    {
        lock (swap)
        {
            // Connections are bound to the certificate that they were made with; those in use go on with the old one.
            if (invokers.Count == 0 || !ReferenceEquals(certificate, credential.Certificate))
            {
                certificate = credential.Certificate;
                invokers.Add(new HttpMessageInvoker(Handler(certificate)));
            }

            return invokers[^1];
        }
    }

    private SocketsHttpHandler Handler(X509Certificate2? shown)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = options.RequestTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, served, chain, errors) => trust.Accept(served, chain, errors) },
        };
        if (shown is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => shown;
        }

        if (access.Proxy is not null)
        {
            handler.Proxy = new WebProxy(access.Proxy);
        }
        else if (access.Server.IsLoopback)
        {
            // As kubectl: nobody means a proxy's own loopback.
            handler.UseProxy = false;
        }

        return handler;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is not { } told ? null
        : told.Delta ?? (told.Date is { } date && date > DateTimeOffset.UtcNow ? date - DateTimeOffset.UtcNow : TimeSpan.Zero);

    private async Task<string> ErrorBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.RequestTimeout, cancellationToken);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(deadline.Token).ConfigureAwait(false);
            await using var closing = stream.ConfigureAwait(false);
            var buffer = new byte[MaximumErrorBytes];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, deadline.Token).ConfigureAwait(false);
            return System.Text.Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception error) when (error is IOException or HttpRequestException || (error is OperationCanceledException && deadline.Passed))
        {
            return "";
        }
    }
}
