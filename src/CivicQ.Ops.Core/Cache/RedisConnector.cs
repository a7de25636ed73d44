using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using StackExchange.Redis;

namespace CivicQ.Ops.Core.Cache;

/// <summary>
/// Opens connections to an environment's Redis servers, one socket each, gone after use. StackExchange.Redis 1.2.6 wants some care: its
/// own reconnecting is switched off, all multiplexers share one socket manager (else each brings threads of its own), they are closed
/// asynchronously (the synchronous close can wait for ever), and a plain TCP connection comes first, since the library tells neither
/// a refused port from an unknown host nor these from a server that hangs.
/// </summary>
public static class RedisConnector
{
    // Subscriptions would open a second socket; CONFIG and CLUSTER are questions of the library's own that an ACL may forbid.
    private static readonly CommandMap Commands = CommandMap.Create(["SUBSCRIBE", "CONFIG", "CLUSTER"], available: false);
    private static readonly Lazy<SocketManager> Sockets = new(() => new SocketManager("CivicQ.Ops"));

    /// <summary>Opens a connection.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="settings">The server: the environment's cache or broker.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The open connection; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>, or a secret that cannot be read.</exception>
    public static async Task<RedisConnection> OpenAsync(EnvironmentContext context, RedisSettings settings, CancellationToken cancellationToken)
    {
        var address = await RedisAddress.ResolveAsync(context, settings, cancellationToken).ConfigureAwait(false);
        // A little less than the caller's own limit, so that this error, which says more, comes first.
        var timeout = context.Timeout * 0.9;
        var endpoint = await ReachAsync(address, timeout, cancellationToken).ConfigureAwait(false);
        using var authority = LoadAuthority(context.Environment.Tls.CertificateAuthority, address);
        string? fault = null;
        var options = Options(address, endpoint, timeout);
        if (address.Tls)
        {
            if (context.Environment.Tls.SkipVerification)
            {
                context.Reporter.Warning($"Environment '{context.Name}': the certificate of Redis at {address} is not verified (tls.skipVerification).");
            }

            options.CertificateValidation += (_, certificate, chain, errors) =>
            {
                fault = context.Environment.Tls.SkipVerification ? null : Fault(certificate, chain, errors, authority);
                return fault is null;
            };
        }

        var connecting = ConnectionMultiplexer.ConnectAsync(options);
        try
        {
            return new RedisConnection(await connecting.WaitAsync(cancellationToken).ConfigureAwait(false), address);
        }
        catch (OperationCanceledException)
        {
            _ = connecting.ContinueWith(
                late => late.Result.CloseAsync(false), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
        catch (Exception error) when (error is RedisException or TimeoutException or IOException or AggregateException)
        {
            throw RedisErrorTranslator.Connecting(error, address, fault);
        }
    }

    private static ConfigurationOptions Options(RedisAddress address, EndPoint endpoint, TimeSpan timeout)
    {
        var milliseconds = (int)Math.Clamp(timeout.TotalMilliseconds, 50, int.MaxValue);
        return new ConfigurationOptions
        {
            EndPoints = { endpoint },
            AbortOnConnectFail = true,
            ConnectRetry = 1,
            ConnectTimeout = milliseconds,
            SyncTimeout = milliseconds,
            ResponseTimeout = milliseconds,
            Password = address.Password,
            DefaultDatabase = address.Database,
            Ssl = address.Tls,
            SslHost = address.Tls ? address.Host : null,
            ClientName = "CivicQ.Ops",
            AllowAdmin = true,
            TieBreaker = "",
            ConfigurationChannel = "",
            CommandMap = Commands,
            SocketManager = Sockets.Value,
        };
    }

    // Which of the host's addresses answers is found here too: the library tries the first alone.
    private static async Task<EndPoint> ReachAsync(RedisAddress address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, limit.Token).ConfigureAwait(false);
            var remote = (IPEndPoint)socket.RemoteEndPoint!;
            return new IPEndPoint(remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address, remote.Port);
        }
        catch (SocketException error)
        {
            throw RedisErrorTranslator.Connecting(error, address);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException(CacheErrors.Unreachable, $"{address}: no connection within {timeout.TotalSeconds:0.#} s.", address.ToString(), error);
        }
    }

    private static X509Certificate2? LoadAuthority(string? path, RedisAddress address)
    {
        if (!address.Tls || path is null)
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new OperationException(CacheErrors.CertificateRejected, $"The authority's file '{path}' cannot be read: {error.Message}", path, error);
        }
    }

    // What is wrong with the certificate, or null. An authority of the environment's own counts beside the machine's.
    private static string? Fault(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2? authority)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) || certificate is null)
        {
            return "the server showed no certificate.";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the certificate is for another name ({certificate.Subject}).";
        }

        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (authority is not null)
        {
            using var own = new X509Chain();
            own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            own.ChainPolicy.CustomTrustStore.Add(authority);
            own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            if (chain is not null)
            {
                own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(element => element.Certificate).ToArray());
            }

            using var leaf = new X509Certificate2(certificate);
            return own.Build(leaf) ? null : Describe(own);
        }

        return chain is null ? "the certificate is not trusted." : Describe(chain);
    }

    private static string Describe(X509Chain chain) =>
        "the certificate is not trusted: " + string.Join(" ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0));
}
