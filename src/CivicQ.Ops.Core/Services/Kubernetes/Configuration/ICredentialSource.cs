namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>Says who asks the API server.</summary>
internal interface ICredentialSource
{
    /// <summary>The present credential.</summary>
    /// <param name="refresh">True when the server refused the last one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The credential; the same object as before when nothing new came.</returns>
    ValueTask<KubernetesCredential> GetAsync(bool refresh, CancellationToken cancellationToken);
}
