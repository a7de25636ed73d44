using System.Security.Cryptography.X509Certificates;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>A token in a file, which somebody renews: it is read again every ten seconds, and when the server refuses it.</summary>
/// <param name="path">The file.</param>
/// <param name="certificate">A client certificate shown with it, or <see langword="null"/>.</param>
internal sealed class TokenFileCredential(string path, X509Certificate2? certificate = null) : ICredentialSource
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    private volatile Reading? last;

    /// <inheritdoc/>
    public async ValueTask<KubernetesCredential> GetAsync(bool refresh, CancellationToken cancellationToken)
    {
        var known = last;
        var now = System.Environment.TickCount64;
        if (known is not null && !refresh && now - known.At < Lifetime.TotalMilliseconds)
        {
            return known.Credential;
        }

        try
        {
            var token = (await SmallFile.ReadTextAsync(path, 1 << 20, cancellationToken).ConfigureAwait(false)).Trim();
            if (known?.Token != token)
            {
                known = new Reading(token, new KubernetesCredential { Authorization = KubernetesCredential.Bearer(token), Certificate = certificate }, now);
            }

            last = known = known with { At = now };
            return known.Credential;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(KubernetesErrors.ConfigInvalid, $"{path}: the token cannot be read: {error.Message}", path, error);
        }
    }

    private sealed record Reading(string Token, KubernetesCredential Credential, long At);
}
