namespace CivicQ.Ops.Core.Web;

/// <summary>The phases of reaching an endpoint, in their order.</summary>
public enum EndpointPhaseName
{
    /// <summary>From the name to addresses.</summary>
    Dns,

    /// <summary>The connection.</summary>
    Tcp,

    /// <summary>The handshake, and the certificate.</summary>
    Tls,

    /// <summary>A GET, to the end of the body.</summary>
    Http,

    /// <summary>A PING to Redis.</summary>
    Redis,
}
