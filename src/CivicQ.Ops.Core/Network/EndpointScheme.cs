namespace CivicQ.Ops.Core.Network;

/// <summary>What is spoken at an endpoint.</summary>
public enum EndpointScheme
{
    /// <summary>Nothing known: only the connection counts.</summary>
    Tcp,

    /// <summary>TLS right after the connection, whatever is spoken inside.</summary>
    Tls,

    /// <summary>HTTP in the clear.</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,

    /// <summary>PostgreSQL; TLS is asked for with an SSLRequest.</summary>
    PostgreSql,

    /// <summary>Redis in the clear.</summary>
    Redis,

    /// <summary>Redis over TLS.</summary>
    RedisTls,

    /// <summary>SMTP; TLS is asked for with STARTTLS.</summary>
    Smtp,
}
