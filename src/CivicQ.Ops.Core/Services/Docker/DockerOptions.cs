namespace CivicQ.Ops.Core.Services.Docker;

/// <summary>Which engine is wanted, and how patient its client is.</summary>
public sealed record DockerOptions
{
    /// <summary>The engine's address; it comes before everything else.</summary>
    public string? Host { get; init; }

    /// <summary>A context of the docker CLI.</summary>
    public string? Context { get; init; }

    /// <summary>The folder of <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>; with it an engine on TCP is spoken to over TLS.</summary>
    public string? CertificateFolder { get; init; }

    /// <summary>How long the engine may take for one answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);
}
