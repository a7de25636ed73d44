using System.Globalization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Network;

/// <summary>One host and port, and what is spoken there. Never holds a user name or password.</summary>
public sealed record NetworkEndpoint
{
    /// <summary>What is spoken.</summary>
    public required EndpointScheme Scheme { get; init; }

    /// <summary>Host name in ASCII, or IP address without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>The whole address of HTTP endpoints, query included, without user and password; <see langword="null"/> for others.</summary>
    public Uri? Address { get; init; }

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[ipv6]:port</c>, or an address with a scheme.</summary>
    /// <param name="text">The text. What is spoken follows from the scheme, else from the port; without both it is HTTPS on 443.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="OperationException"><c>EndpointInvalid</c>.</exception>
    public static NetworkEndpoint Parse(string text) => Parse(text, fallback: null);

    /// <summary>As <see cref="Parse(string)"/>, with the protocol of ports that say nothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fallback">What is spoken where neither scheme nor port tells; plain TCP without it.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="OperationException"><c>EndpointInvalid</c>.</exception>
    public static NetworkEndpoint Parse(string text, EndpointScheme? fallback)
    {
        var trimmed = text.Trim();
        return (trimmed.Contains("://", StringComparison.Ordinal) ? FromAddress(trimmed) : FromHost(trimmed, fallback))
            // An address may hold a password, so only what is harmless is repeated.
            ?? throw new OperationException(
                NetworkErrors.EndpointInvalid,
                trimmed.Contains('@', StringComparison.Ordinal) ? "The address is not one of an endpoint." : $"'{AddressText.OfUnread(trimmed)}' is not an endpoint.",
                trimmed.Contains('@', StringComparison.Ordinal) ? null : AddressText.OfUnread(trimmed));
    }

    /// <summary>Takes over an address.</summary>
    /// <param name="address">An absolute http or https address.</param>
    /// <returns>The endpoint.</returns>
    public static NetworkEndpoint Of(Uri address) => Parse(address.AbsoluteUri);

    /// <summary><c>host:port</c>, with brackets around an IPv6 address.</summary>
    public string Authority => (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:" : Host + ":") + Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>The address where there is one, without its query, else host and port.</summary>
    public override string ToString() => Address is not null ? AddressText.Of(Address) : Scheme switch
    {
        EndpointScheme.PostgreSql => "postgresql://" + Authority,
        EndpointScheme.Redis => "redis://" + Authority,
        EndpointScheme.RedisTls => "rediss://" + Authority,
        EndpointScheme.Smtp => "smtp://" + Authority,
        _ => Authority,
    };

    private static NetworkEndpoint? FromAddress(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            return null;
        }

        // SQLAlchemy's addresses name the driver too: postgresql+asyncpg://…
        EndpointScheme? scheme = uri.Scheme.Split('+')[0] switch
        {
            "http" => EndpointScheme.Http,
            "https" => EndpointScheme.Https,
            "postgresql" or "postgres" => EndpointScheme.PostgreSql,
            "redis" => EndpointScheme.Redis,
            "rediss" => EndpointScheme.RedisTls,
            "smtp" => EndpointScheme.Smtp,
            "tls" or "smtps" => EndpointScheme.Tls,
            "tcp" => EndpointScheme.Tcp,
            _ => null,
        };
        var port = uri.Port > 0 ? uri.Port : DefaultPort(scheme ?? EndpointScheme.Tcp);
        return scheme is null || port == 0 ? null : new NetworkEndpoint
        {
            Scheme = scheme.Value,
            Host = uri.IdnHost.Trim('[', ']'),
            Port = port,
            Address = scheme is EndpointScheme.Http or EndpointScheme.Https ? new UriBuilder(uri) { UserName = "", Password = "", Fragment = "" }.Uri : null,
        };
    }

    private static NetworkEndpoint? FromHost(string text, EndpointScheme? fallback)
    {
        var host = text;
        var port = 0;
        var colon = text.LastIndexOf(':');
        var bare = colon >= 0 && text.IndexOf(':', StringComparison.Ordinal) != colon && text[0] != '[';
        if (colon >= 0 && !bare && colon > text.LastIndexOf(']'))
        {
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
            {
                return null;
            }

            host = text[..colon];
        }

        host = host.Trim('[', ']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            return null;
        }

        var scheme = port switch
        {
            0 when fallback is null => EndpointScheme.Https,
            0 or 443 => fallback ?? EndpointScheme.Https,
            80 => EndpointScheme.Http,
            5432 => EndpointScheme.PostgreSql,
            6379 => EndpointScheme.Redis,
            25 or 587 => EndpointScheme.Smtp,
            _ => fallback ?? EndpointScheme.Tcp,
        };
        port = port == 0 ? DefaultPort(scheme) : port;
        return new NetworkEndpoint
        {
            Scheme = scheme,
            Host = new UriBuilder("tcp", host).Uri.IdnHost.Trim('[', ']'),
            Port = port,
            Address = scheme is EndpointScheme.Http or EndpointScheme.Https
                ? new UriBuilder(scheme == EndpointScheme.Http ? "http" : "https", host, port, "/").Uri
                : null,
        };
    }

    private static int DefaultPort(EndpointScheme scheme) => scheme switch
    {
        EndpointScheme.Http => 80,
        EndpointScheme.Https or EndpointScheme.Tls => 443,
        EndpointScheme.PostgreSql => 5432,
        EndpointScheme.Redis or EndpointScheme.RedisTls => 6379,
        EndpointScheme.Smtp => 25,
        _ => 0,
    };
}
