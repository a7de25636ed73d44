using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Certificates;

/// <summary>The verdict on one certificate.</summary>
public sealed record CertificateTestResult
{
    /// <summary>The environment by whose authorities it was judged.</summary>
    public string Environment { get; init; } = "";

    /// <summary>Where it was served (<c>host:port</c>), or the file's path.</summary>
    public required string Endpoint { get; init; }

    /// <summary>True where it is valid, trusted, for the right name, strong enough, and has time left.</summary>
    public bool Passed => Status == HealthStatus.Healthy;

    /// <summary>Degraded: works, wants attention. Unhealthy: clients refuse it or soon will, or there was none to see.</summary>
    public required HealthStatus Status { get; init; }

    /// <summary>Days until its end; <see langword="null"/> where there was none to see.</summary>
    public double? DaysLeft { get; init; }

    /// <summary>Its last moment, UTC.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The limits for this certificate: the days given, or less where its lifetime is short.</summary>
    public CertificateWindow? Window { get; init; }

    /// <summary>What is wrong, each in words.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The certificate; <see langword="null"/> where there was none to see.</summary>
    public CertificateInfo? Certificate { get; init; }

    /// <summary>The identifier of the error where there was none to see.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What to do; empty when there is nothing.</summary>
    public string NextStep { get; init; } = "";
}
