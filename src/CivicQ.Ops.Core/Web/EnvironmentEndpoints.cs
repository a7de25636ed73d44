using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>The endpoints that an environment is made of.</summary>
public static class EnvironmentEndpoints
{
    /// <summary>Lists API, site, database, cache and broker, as far as it has them.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cancellationToken">Ends the look-up of secrets.</param>
    /// <returns>The endpoints, each once.</returns>
    /// <exception cref="OperationException"><c>ComponentNotConfigured</c>: it has none; or a secret cannot be read.</exception>
    public static async Task<IReadOnlyList<NetworkEndpoint>> OfAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var environment = context.Environment;
        List<NetworkEndpoint> result = [];
        if (environment.Api is { } api)
        {
            result.Add(NetworkEndpoint.Parse(api.Url.AbsoluteUri.TrimEnd('/') + "/health"));
        }

        if (environment.Site is { } site)
        {
            result.Add(NetworkEndpoint.Of(site.Url));
        }

        if (environment.Database is not null)
        {
            var database = await DatabaseAddress.FirstAsync(context, cancellationToken).ConfigureAwait(false);
            // A unix socket has no phases.
            if (database.Host is { } host && !host.StartsWith('/'))
            {
                result.Add(new NetworkEndpoint { Scheme = EndpointScheme.PostgreSql, Host = host, Port = database.Port });
            }
        }

        foreach (var redis in new[] { environment.Cache, environment.Queue?.Broker })
        {
            if (redis is not null)
            {
                result.Add(await RedisAsync(context, redis, cancellationToken).ConfigureAwait(false));
            }
        }

        return result.Count > 0
            ? [.. result.DistinctBy(endpoint => endpoint.Address?.AbsoluteUri ?? endpoint.ToString(), StringComparer.OrdinalIgnoreCase)]
            : throw new OperationException(EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no endpoint to test.", context.Name);
    }

    private static async Task<NetworkEndpoint> RedisAsync(EnvironmentContext context, RedisSettings settings, CancellationToken cancellationToken) =>
        settings.Url is { } url
            ? NetworkEndpoint.Parse(await context.Secrets.ResolveAsync(url, cancellationToken).ConfigureAwait(false))
            : new NetworkEndpoint
            {
                Scheme = settings.Tls ? EndpointScheme.RedisTls : EndpointScheme.Redis,
                Host = settings.Host ?? "localhost",
                Port = settings.Port,
            };
}
