using System.Globalization;
using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Secrets;
using Npgsql;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>The database's address as the application's env.py expects it in <c>DATABASE_URL</c>. It is a secret.</summary>
internal sealed partial class AlembicAddress
{
    // A shorter password stands in too many words to be looked for by itself; in addresses it is masked all the same.
    private const int ShortestSecret = 4;
    private readonly IReadOnlyList<string> secrets;

    private AlembicAddress(string url, string? password)
    {
        Url = url;
        secrets = [.. new[] { url, password, password is null ? null : Uri.EscapeDataString(password) }.OfType<string>().Where(text => text.Length >= ShortestSecret)];
    }

    /// <summary>The variable.</summary>
    public const string Variable = "DATABASE_URL";

    /// <summary>The address, password included.</summary>
    public string Url { get; }

    /// <summary>Makes it of an environment's database.</summary>
    public static async Task<AlembicAddress> ResolveAsync(EnvironmentContext context, CancellationToken cancellationToken)
    {
        var parts = await DatabaseAddress.ResolveAsync(context, cancellationToken).ConfigureAwait(false);
        var settings = context.Environment.Database!;
        // As it stands, where it stands whole: it may name a driver, or what only env.py understands.
        return settings is { Url: { } reference, Password: null }
            ? new AlembicAddress((await context.Secrets.ResolveAsync(reference, cancellationToken).ConfigureAwait(false)).Trim(), parts.Password)
            : new AlembicAddress(Compose(parts), parts.Password);
    }

    /// <summary>The driver that the address names; <see langword="null"/> for SQLAlchemy's own choice.</summary>
    public string? Driver => Url.Split("://")[0].Split('+') is [_, var driver] ? driver : null;

    /// <summary>True where the driver is known to take no settings from libpq's variables.</summary>
    public bool IsDeaf => Driver is "asyncpg" or "pg8000";

    /// <summary>The address with a further option of the session. Where it has options, the variable for them does not count.</summary>
    public string With(string option) => Options().Replace(Url, match => match.Value + Uri.EscapeDataString(" " + option), 1);

    /// <summary>Takes the password and the address out of a text.</summary>
    public string Masked(string text) =>
        SecretMask.Text(secrets.Aggregate(text, (masked, secret) => masked.Replace(secret, SecretMask.Mask, StringComparison.Ordinal)));

    [GeneratedRegex("[?&]options=[^&]+")]
    private static partial Regex Options();

    private static string Compose(NpgsqlConnectionStringBuilder parts)
    {
        var host = parts.Host ?? "localhost";
        var query = new List<string> { "sslmode=" + Mode(parts.SslMode) };
        if (Path.IsPathRooted(host))
        {
            query.Add("host=" + Uri.EscapeDataString(host));
            query.Add("port=" + parts.Port.ToString(CultureInfo.InvariantCulture));
        }

        if (parts.RootCertificate is { } authority)
        {
            query.Add("sslrootcert=" + Uri.EscapeDataString(authority));
        }

        if (parts.Options is { Length: > 0 } options)
        {
            query.Add("options=" + Uri.EscapeDataString(options));
        }

        var user = parts.Username is { Length: > 0 } name ? Uri.EscapeDataString(name) + (parts.Password is { Length: > 0 } password ? ":" + Uri.EscapeDataString(password) : "") + "@" : "";
        var server = Path.IsPathRooted(host) ? "" : (host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host) + ":" + parts.Port.ToString(CultureInfo.InvariantCulture);
        return $"postgresql://{user}{server}/{Uri.EscapeDataString(parts.Database ?? "")}?{string.Join('&', query)}";
    }

    private static string Mode(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        SslMode.Disable => "disable",
        SslMode.Allow => "allow",
        SslMode.Require => "require",
        _ => "prefer",
    };
}
