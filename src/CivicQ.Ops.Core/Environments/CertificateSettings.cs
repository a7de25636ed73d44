namespace CivicQ.Ops.Core.Environments;

/// <summary>The certificates to watch beside those of the API and the site.</summary>
public sealed record CertificateSettings
{
    /// <summary>Endpoints as <c>host</c> or <c>host:port</c>.</summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];
}
