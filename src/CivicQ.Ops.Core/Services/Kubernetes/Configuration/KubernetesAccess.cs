using System.Security.Cryptography.X509Certificates;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>The way to one cluster: address, trust and credential. No record, so that it never prints what it holds.</summary>
internal sealed class KubernetesAccess
{
    /// <summary>The API server.</summary>
    public required Uri Server { get; init; }

    /// <summary>The context's name; <c>in-cluster</c> for a pod's own.</summary>
    public required string Context { get; init; }

    /// <summary>The namespace that is meant when none is named.</summary>
    public required string Namespace { get; init; }

    /// <summary>The authorities that may have signed the server's certificate; <see langword="null"/>: the machine's.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>True when the server's certificate is not looked at.</summary>
    public bool SkipVerification { get; init; }

    /// <summary>The name in the server's certificate, where it is not the address's host.</summary>
    public string? ServerName { get; init; }

    /// <summary>The proxy; <see langword="null"/>: the machine's own settings.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Says who asks.</summary>
    public required ICredentialSource Credential { get; init; }
}
