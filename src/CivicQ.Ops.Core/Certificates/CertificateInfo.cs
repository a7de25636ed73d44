namespace CivicQ.Ops.Core.Certificates;

/// <summary>A certificate as it is served or lies on disk, and what is wrong with it.</summary>
public sealed record CertificateInfo
{
    /// <summary>The environment by whose authorities it was judged.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Where it was served (<c>host:port</c>), or the file's path.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The name that it must be valid for; <see langword="null"/> for files without <c>-ServerName</c>.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whose it is, as a distinguished name.</summary>
    public required string Subject { get; init; }

    /// <summary>The DNS names and IP addresses that it is valid for.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Who signed it.</summary>
    public required string Issuer { get; init; }

    /// <summary>Serial number, hexadecimal.</summary>
    public required string Serial { get; init; }

    /// <summary>SHA-256 of the certificate, hexadecimal.</summary>
    public required string Thumbprint { get; init; }

    /// <summary>Its first moment, UTC.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Its last moment, UTC.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Days until <see cref="NotAfter"/>; negative when it has expired.</summary>
    public required double DaysLeft { get; init; }

    /// <summary>The time for which it was made.</summary>
    public TimeSpan Lifetime => NotAfter - NotBefore;

    /// <summary>RSA, ECDSA, DSA, or the algorithm's object identifier.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>Length of the key; 0 where it is not known.</summary>
    public int KeyBits { get; init; }

    /// <summary>How it is signed, for example <c>sha256RSA</c>.</summary>
    public required string SignatureAlgorithm { get; init; }

    /// <summary>The version of TLS that was spoken; <see langword="null"/> for files.</summary>
    public string? Protocol { get; init; }

    /// <summary>The cipher suite that was agreed on; <see langword="null"/> for files.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>From the certificate itself to the root, as far as it leads.</summary>
    public IReadOnlyList<ChainCertificate> Chain { get; init; } = [];

    /// <summary>True where what was sent, with this machine's roots, leads up to a root.</summary>
    public bool ChainComplete { get; init; }

    /// <summary>True where the root is one that this machine or the environment trusts.</summary>
    public bool Trusted { get; init; }

    /// <summary>Whether it is valid for <see cref="ServerName"/>; <see langword="null"/> where no name is known.</summary>
    public bool? NameMatches { get; init; }

    /// <summary>What is wrong with it, each in words; empty when nothing is. Days left are judged by <c>Test-CivicQCertificate</c>.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>True where a problem makes clients refuse it, rather than only being bad practice.</summary>
    public bool Refused { get; init; }

    /// <summary>When it was looked at, UTC.</summary>
    public DateTimeOffset CheckedAt { get; init; } = DateTimeOffset.UtcNow;
}
