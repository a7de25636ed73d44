using System.Net;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache;

/// <summary>
/// The first words with a server, over a connection of their own: TCP, TLS, AUTH, PING. They tell a refused port, a wrong name, a
/// certificate, a missing or wrong password and a server that loads its data apart, in the server's own words. StackExchange.Redis 1.2.6
/// does not, and each attempt of its own that fails can leave a socket behind.
/// </summary>
internal static class RedisGreeting
{
    /// <summary>Greets the server.</summary>
    /// <param name="address">The server.</param>
    /// <param name="certificate">Judges its certificate: what is wrong with it, or <see langword="null"/>.</param>
    /// <param name="timeout">How long all this may take.</param>
    /// <param name="cancellationToken">Ends it earlier.</param>
    /// <returns>The address, of those that the host's name has, at which the server answered.</returns>
    /// <exception cref="OperationException">One of <see cref="CacheErrors"/>.</exception>
    public static async Task<EndPoint> GreetAsync(RedisAddress address, RedisCertificate certificate, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var stream = await RedisStream.OpenAsync(address, certificate, timeout, timeout, cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        return stream.Remote;
    }
}
