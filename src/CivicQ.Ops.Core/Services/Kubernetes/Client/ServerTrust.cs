using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Services.Kubernetes.Configuration;

namespace CivicQ.Ops.Core.Services.Kubernetes.Client;

/// <summary>Judges the API server's certificate.</summary>
/// <param name="access">The way to the cluster.</param>
internal sealed class ServerTrust(KubernetesAccess access)
{
    /// <summary>Whether the server is the one that is meant.</summary>
    public bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        // With authorities of its own the cluster's certificate must be theirs, whatever the machine trusts.
        access.SkipVerification || (access.Authorities is null ? errors == SslPolicyErrors.None : Chained(certificate, chain, errors));

    private bool Chained(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.CustomTrustStore.AddRange(access.Authorities!);
        foreach (var element in chain?.ChainElements.AsEnumerable() ?? [])
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var leaf = new X509Certificate2(certificate);
        // A file may hold an intermediate, or the server's own certificate, in place of a root: what is in it is trusted, as Go has it.
        return own.Build(leaf) || (access.Authorities!.Any(known => own.ChainElements.Any(element => element.Certificate.RawData.AsSpan().SequenceEqual(known.RawData)))
            && own.ChainStatus.All(status => status.Status is X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain));
    }
}
