using System.Globalization;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Cache;

/// <summary>Where a Redis server is, secrets resolved. Its text never holds the password.</summary>
internal sealed record RedisAddress
{
    /// <summary>The host's name or address.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>The logical database.</summary>
    public required int Database { get; init; }

    /// <summary>The password, or <see langword="null"/>.</summary>
    public string? Password { get; init; }

    /// <summary>True to speak TLS.</summary>
    public required bool Tls { get; init; }

    /// <summary>Resolves the secrets of the settings.</summary>
    public static async Task<RedisAddress> ResolveAsync(EnvironmentContext context, RedisSettings settings, CancellationToken cancellationToken)
    {
        var password = settings.Password is { } reference ? await context.Secrets.ResolveAsync(reference, cancellationToken).ConfigureAwait(false) : null;
        if (settings.Url is not { } url)
        {
            return new RedisAddress
            {
                Host = settings.Host ?? "localhost", Port = settings.Port, Database = settings.Database, Password = password, Tls = settings.Tls,
            };
        }

        var parsed = Parse(await context.Secrets.ResolveAsync(url, cancellationToken).ConfigureAwait(false), context.Name);
        return parsed with { Password = password ?? parsed.Password, Tls = parsed.Tls || settings.Tls };
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}/{Database}");

    private static RedisAddress Parse(string text, string environment)
    {
        // The address may hold the password, so it is not repeated in an error.
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            throw new OperationException(
                CacheErrors.AddressInvalid, $"The Redis address of environment '{environment}' is not a redis:// or rediss:// address.", environment);
        }

        var user = uri.UserInfo.Split(':', 2);
        if (user is [{ Length: > 0 } name, _] && name != "default")
        {
            throw new OperationException(CacheErrors.UserNotSupported, $"The Redis address of environment '{environment}' names the user '{Uri.UnescapeDataString(name)}'.", environment);
        }

        var path = uri.AbsolutePath.Trim('/');
        if (!int.TryParse(path.Length == 0 ? "0" : path, NumberStyles.None, CultureInfo.InvariantCulture, out var database))
        {
            throw new OperationException(CacheErrors.AddressInvalid, $"The Redis address of environment '{environment}' does not end with the number of a database.", environment);
        }

        return new RedisAddress
        {
            Host = uri.IdnHost.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : 6379,
            Database = database,
            // redis://secret@host is not what redis-py means by it, but the only thing it can mean.
            Password = user[^1].Length > 0 ? Uri.UnescapeDataString(user[^1]) : null,
            Tls = uri.Scheme == "rediss",
        };
    }
}
