using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using Npgsql;

namespace CivicQ.Ops.Core.Database;

/// <summary>Reads where an environment's database is, from its parts or from a <c>postgresql://</c> address.</summary>
internal static class DatabaseAddress
{
    /// <summary>Resolves the secrets and gives Npgsql's settings. Of several servers it is the one that is meant and answers: whoever asks once per run stays with it.</summary>
    /// <exception cref="OperationException">A secret cannot be read, the address is none, or none of several servers is the one that is meant.</exception>
    public static async Task<NpgsqlConnectionStringBuilder> ResolveAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var (settings, hosts, target) = await ReadAsync(context, cancellationToken).ConfigureAwait(false);
        if (hosts.Count > 1)
        {
            var host = await HostChoice.FindAsync(settings, hosts, target, context, cancellationToken).ConfigureAwait(false);
            (settings.Host, settings.Port) = (host.Name, host.Port);
        }

        return settings;
    }

    /// <summary>As <see cref="ResolveAsync"/>, without asking any server: of several, it is the first.</summary>
    public static async Task<NpgsqlConnectionStringBuilder> FirstAsync(EnvironmentContext context, CancellationToken cancellationToken) =>
        (await ReadAsync(context, cancellationToken).ConfigureAwait(false)).Settings;

    private static async Task<(NpgsqlConnectionStringBuilder Settings, IReadOnlyList<DatabaseHost> Hosts, string? Target)> ReadAsync(
        EnvironmentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Environment.Database ?? throw new OperationException(
            EnvironmentErrors.ComponentNotConfigured, $"Environment '{context.Name}' has no database.", context.Name);
        var whole = settings.Url is { } url ? Parse(await context.Secrets.ResolveAsync(url, cancellationToken).ConfigureAwait(false), context.Name)
            : settings.Address is { } address ? Parse(address, context.Name) : null;
        var result = whole is null
            ? new NpgsqlConnectionStringBuilder
            {
                Host = settings.Host ?? "localhost",
                Port = settings.Port,
                Database = settings.Name,
                Username = settings.User,
                SslMode = Mode(settings.SslMode, context.Name),
            }
            : new NpgsqlConnectionStringBuilder
            {
                Host = whole.Hosts[0].Name,
                Port = whole.Hosts[0].Port,
                Database = whole.Database ?? "",
                Username = whole.User ?? "",
                Password = whole.Password,
                SslMode = Mode(whole.SslMode ?? "prefer", context.Name),
                RootCertificate = settings.Url is null ? settings.RootCertificate : whole.RootCertificate,
                SslCertificate = whole.Certificate,
                SslKey = whole.Key,
                Options = whole.Options,
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

        return (result, whole?.Hosts ?? [], whole?.Target);
    }

    private static PostgresUrl Parse(string address, string environment)
    {
        try
        {
            return PostgresUrl.Parse(address.Trim());
        }
        catch (FormatException error)
        {
            // The address may hold the password, so it is not repeated.
            throw new OperationException(DatabaseErrors.InvalidAddress, $"The database address of environment '{environment}' {error.Message}.", environment);
        }
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
