namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>A credential that stands in the kubeconfig itself.</summary>
/// <param name="credential">The credential.</param>
internal sealed class FixedCredential(KubernetesCredential credential) : ICredentialSource
{
    /// <inheritdoc/>
    public ValueTask<KubernetesCredential> GetAsync(bool refresh, CancellationToken cancellationToken) => new(credential);
}
