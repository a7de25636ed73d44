namespace CivicQ.Ops.Core.Environments;

/// <summary>How this environment's certificates are judged.</summary>
public sealed record TlsSettings
{
    /// <summary>PEM file of a further authority to trust, for example a company's or the lab's own.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>True to accept any certificate. Warned about at every use.</summary>
    public bool SkipVerification { get; init; }
}
