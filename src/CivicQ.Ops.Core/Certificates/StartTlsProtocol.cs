namespace CivicQ.Ops.Core.Certificates;

/// <summary>How TLS is asked for before the handshake.</summary>
public enum StartTlsProtocol
{
    /// <summary>Not at all: TLS begins with the connection.</summary>
    None,

    /// <summary>PostgreSQL's SSLRequest.</summary>
    Postgres,

    /// <summary>SMTP's STARTTLS.</summary>
    Smtp,
}
