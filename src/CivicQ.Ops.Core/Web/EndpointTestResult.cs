using CivicQ.Ops.Core.Network;

namespace CivicQ.Ops.Core.Web;

/// <summary>How far one gets with an endpoint, and where it breaks.</summary>
public sealed record EndpointTestResult
{
    /// <summary>The environment whose endpoint, authorities and time-out these are.</summary>
    public string Environment { get; init; } = "";

    /// <summary>The endpoint: an address without secrets, or host and port.</summary>
    public required string Endpoint { get; init; }

    /// <summary>True when no phase failed.</summary>
    public bool Passed => FailedPhase is null;

    /// <summary>The phase that failed; <see langword="null"/> where none did.</summary>
    public EndpointPhaseName? FailedPhase { get; init; }

    /// <summary>Why, in one sentence; empty where nothing failed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The error's identifier, where a phase failed.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What to do; empty when there is nothing.</summary>
    public string NextStep { get; init; } = "";

    /// <summary>The phases, in their order.</summary>
    public IReadOnlyList<EndpointPhase> Phases { get; init; } = [];

    /// <summary>The addresses of the name.</summary>
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>The addresses tried, each with its time and its error.</summary>
    public IReadOnlyList<ConnectionAttempt> Attempts { get; init; } = [];

    /// <summary>The version of TLS; <see langword="null"/> without TLS.</summary>
    public string? Protocol { get; init; }

    /// <summary>The cipher suite; <see langword="null"/> without TLS.</summary>
    public string? CipherSuite { get; init; }

    /// <summary>Whose certificate was shown; <see langword="null"/> without TLS.</summary>
    public string? CertificateSubject { get; init; }

    /// <summary>Days until the certificate's end; <see langword="null"/> without TLS.</summary>
    public double? CertificateDaysLeft { get; init; }

    /// <summary>The HTTP status; <see langword="null"/> without HTTP.</summary>
    public int? StatusCode { get; init; }

    /// <summary>From the GET to the head of the answer; <see langword="null"/> without HTTP.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>Size of the body in bytes; <see langword="null"/> without HTTP.</summary>
    public long? BodyBytes { get; init; }

    /// <summary>All phases together.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>When it was tested, UTC.</summary>
    public DateTimeOffset CheckedAt { get; init; } = DateTimeOffset.UtcNow;
}
