using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>Asks a plugin for a credential, and keeps the answer until it expires or the server refuses it.</summary>
/// <param name="plugin">The plugin.</param>
internal sealed class ExecCredential(ExecPlugin plugin) : ICredentialSource, IDisposable
{
    // A token that ends while the request is on its way is of no use.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim turn = new(1, 1);
    private KubernetesCredential? known;
    private DateTimeOffset expires;

    /// <inheritdoc/>
    public async ValueTask<KubernetesCredential> GetAsync(bool refresh, CancellationToken cancellationToken)
    {
        var seen = Volatile.Read(ref known);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Several requests that were refused at once need one new credential, not one each.
            var renew = refresh && ReferenceEquals(seen, known);
            if (known is not null && !renew && DateTimeOffset.UtcNow < expires)
            {
                return known;
            }

            var answer = await ExecProcess.RunAsync(plugin, cancellationToken).ConfigureAwait(false);
            var (credential, until) = Read(answer);
            Volatile.Write(ref known, credential);
            expires = until;
            return credential;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private (KubernetesCredential Credential, DateTimeOffset Expires) Read(string answer)
    {
        JsonNode? root;
        try
        {
            root = JsonNode.Parse(answer);
        }
        catch (JsonException)
        {
            throw Failure("what it printed is no JSON");
        }

        if (root.Text("kind") != "ExecCredential" || root.Text("apiVersion") != plugin.ApiVersion)
        {
            throw Failure($"it printed {root.Text("apiVersion") ?? "no version"} {root.Text("kind") ?? "of no kind"}, not {plugin.ApiVersion} ExecCredential");
        }

        var token = root.Text("status", "token");
        var certificate = root.Text("status", "clientCertificateData");
        var key = root.Text("status", "clientKeyData");
        if (string.IsNullOrEmpty(token) && (certificate is null || key is null))
        {
            throw Failure("its status has neither a token nor a client certificate with its key");
        }

        try
        {
            var credential = new KubernetesCredential
            {
                Authorization = string.IsNullOrEmpty(token) ? null : KubernetesCredential.Bearer(token),
                Certificate = certificate is null || key is null ? null : KubernetesCredential.ReadCertificate(certificate, key),
            };
            var until = root.Time("status", "expirationTimestamp");
            return (credential, until is null ? DateTimeOffset.MaxValue : until.Value - Margin);
        }
        catch (CryptographicException error)
        {
            throw Failure($"its client certificate cannot be read: {error.Message}");
        }
    }

    private OperationException Failure(string what) =>
        new(KubernetesErrors.CredentialPluginFailed, $"{plugin.Command}: {what.TrimEnd('.')}.", plugin.Command);
}
