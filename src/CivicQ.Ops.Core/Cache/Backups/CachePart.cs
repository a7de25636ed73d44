using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache.Backups;

/// <summary>The environment's cache server.</summary>
public static class CachePart
{
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
}
