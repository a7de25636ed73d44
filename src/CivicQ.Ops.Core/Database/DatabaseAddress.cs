using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using Npgsql;

namespace CivicQ.Ops.Core.Database;

/// <summary>Reads where an environment's database is, from its parts or from a <c>postgresql://</c> address.</summary>
internal static class DatabaseAddress
{
    /// <summary>Resolves the secrets and gives Npgsql's settings.</summary>
    public static async Task<NpgsqlConnectionStringBuilder> ResolveAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Environment.Database ?? throw new OperationException(
            EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no database.", context.Name);
        var result = settings.Url is { } url
            ? Parse(await context.Secrets.ResolveAsync(url, cancellationToken).ConfigureAwait(false), context.Name)
            : new NpgsqlConnectionStringBuilder
            {
                Host = settings.Host ?? "localhost",
                Port = settings.Port,
                Database = settings.Name,
                Username = settings.User,
                SslMode = Mode(settings.SslMode, context.Name),
            };
        if (settings.Password is { } password)
        {
            result.Password = await context.Secrets.ResolveAsync(password, cancellationToken).ConfigureAwait(false);
        }

        result.RootCertificate ??= settings.RootCertificate;
        if (result.RootCertificate is { Length: > 0 } root)
        {
            // One of the file is a full path already; this one stands in a variable.
            result.RootCertificate = Path.GetFullPath(root, CurrentFolder.Path);
        }

        return result;
    }

    private static NpgsqlConnectionStringBuilder Parse(string address, string environment)
    {
        // SQLAlchemy's addresses name the driver too: postgresql+asyncpg://…
        if (!Uri.TryCreate(address.Trim(), UriKind.Absolute, out var uri)
            || uri.Scheme.Split('+')[0] is not ("postgresql" or "postgres"))
        {
            // The address may hold the password, so it is not repeated.
            throw new OperationException(
                DatabaseErrors.InvalidAddress, $"The database address of environment '{environment}' is not a postgresql:// address.", environment);
        }

        var user = uri.UserInfo.Split(':', 2);
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2))
            .GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => Uri.UnescapeDataString(group.Last().ElementAtOrDefault(1) ?? ""), StringComparer.OrdinalIgnoreCase);
        return new NpgsqlConnectionStringBuilder
        {
            // libpq writes the folder of a unix socket as ?host=/var/run/postgresql.
            Host = query.GetValueOrDefault("host") ?? (uri.Host.Length > 0 ? uri.Host.Trim('[', ']') : "localhost"),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            SslMode = Mode(query.GetValueOrDefault("sslmode") ?? query.GetValueOrDefault("ssl") ?? "prefer", environment),
            RootCertificate = query.GetValueOrDefault("sslrootcert"),
        };
    }

    private static SslMode Mode(string text, string environment) => text.ToLowerInvariant() switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw new OperationException(DatabaseErrors.InvalidAddress, $"Environment '{environment}': sslmode '{text}' is not one of libpq's.", environment),
    };
}
