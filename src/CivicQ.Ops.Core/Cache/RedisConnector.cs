using System.Net;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using StackExchange.Redis;

namespace CivicQ.Ops.Core.Cache;

/// <summary>
/// Opens connections to an environment's Redis servers, one socket each, gone after use. StackExchange.Redis 1.2.6 wants some care: it is
/// used only after <see cref="RedisGreeting"/> found all well, all multiplexers share one socket manager (else each brings threads of its
/// own), and they are closed asynchronously (the synchronous close can wait for ever).
/// </summary>
public static class RedisConnector
{
    // Subscriptions would open a second socket; CONFIG and CLUSTER are questions of the library's own that an ACL may forbid; PING is refused
    // by a server that cannot save its data, and the library would take that for a broken connection.
    private static readonly CommandMap Commands = CommandMap.Create(["SUBSCRIBE", "CONFIG", "CLUSTER", "PING"], available: false);
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
        Warn(context, address);
        using var certificate = new RedisCertificate(context.Environment.Tls, address.Tls);
        var endpoint = await RedisGreeting.GreetAsync(address, certificate, timeout, cancellationToken).ConfigureAwait(false);
        var options = Options(address, endpoint, timeout);
        options.CertificateValidation += certificate.IsAccepted;
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
            throw new OperationException(CacheErrors.Unreachable, $"{address}: {error.Message}", address.ToString(), error);
        }
    }

    /// <summary>Opens a connection that speaks RESP itself.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="settings">The server.</param>
    /// <param name="patience">How long the server may be silent.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The open connection; the caller disposes of it.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>, or a secret that cannot be read.</exception>
    internal static async Task<RedisStream> OpenStreamAsync(EnvironmentContext context, RedisSettings settings, TimeSpan patience, CancellationToken cancellationToken)
    {
        var address = await RedisAddress.ResolveAsync(context, settings, cancellationToken).ConfigureAwait(false);
        Warn(context, address);
        using var certificate = new RedisCertificate(context.Environment.Tls, address.Tls);
        return await RedisStream.OpenAsync(address, certificate, context.Timeout, patience, cancellationToken).ConfigureAwait(false);
    }

    private static void Warn(EnvironmentContext context, RedisAddress address)
    {
        if (address.Tls && context.Environment.Tls.SkipVerification)
        {
            context.Reporter.Warning($"Environment '{context.Name}': the certificate of Redis at {address} is not verified (tls.skipVerification).");
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
}
