using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>Which certificate to look at, and how.</summary>
/// <param name="Endpoint">Where it is served.</param>
public sealed record CertificateQuestion(NetworkEndpoint Endpoint)
{
    /// <summary>The name to ask for (SNI) and to hold the certificate to; the host itself without it.</summary>
    public string? ServerName { get; init; }

    /// <summary>How TLS is asked for; by the endpoint's own protocol without it.</summary>
    public StartTlsProtocol? StartTls { get; init; }

    /// <summary>True to ask the authority whether the certificate is revoked.</summary>
    public bool CheckRevocation { get; init; }
}
