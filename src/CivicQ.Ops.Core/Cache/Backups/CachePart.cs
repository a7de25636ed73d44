using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>The environment's cache server.</summary>
public static class CachePart
{
    // How long a server may be silent: it forks, and a large one stands still meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Tells where it is, for people.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the reading of secrets.</param>
    /// <returns>Host and port: a backup has all databases.</returns>
    /// <exception cref="OperationException"><see cref="EnvironmentErrors.ComponentNotConfigured"/>, or a secret that cannot be read.</exception>
    public static async Task<string> ServerAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var settings = context.Environment.Cache
            ?? throw new OperationException(EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' names no cache.", context.Name);
        var address = await RedisAddress.ResolveAsync(context, settings, cancellationToken).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"{address.Host}:{address.Port}");
    }

    /// <summary>Opens a connection to it.</summary>
    internal static Task<RedisStream> OpenAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        RedisConnector.OpenStreamAsync(context, context.Environment.Cache!, Patience, cancellationToken);

    /// <summary>The server's clock, in milliseconds since 1970: by it keys expire.</summary>
    internal static async Task<long> NowAsync(RedisStream stream, CancellationToken cancellationToken) =>
        await stream.AskAsync(cancellationToken, "TIME").ConfigureAwait(false) is { Items: [var seconds, var microseconds] }
            ? (long.Parse(seconds.Text, CultureInfo.InvariantCulture) * 1000) + (long.Parse(microseconds.Text, CultureInfo.InvariantCulture) / 1000)
            : DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
