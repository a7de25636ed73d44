using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Network;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>Turns a kubeconfig's cluster and user into a way to the cluster.</summary>
internal static class KubeConfigReader
{
    private const int MaximumBytes = 1 << 20;

    /// <summary>Makes the way.</summary>
    /// <param name="context">The context's name.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="user">The user; <see langword="null"/>: nobody.</param>
    /// <param name="inNamespace">The namespace.</param>
    /// <param name="cancellationToken">Ends the reading of files.</param>
    /// <returns>The way.</returns>
    /// <exception cref="OperationException">A field that cannot be used.</exception>
    public static async Task<KubernetesAccess> AccessAsync(
        string context, KubeConfigEntry cluster, KubeConfigEntry? user, string inNamespace, CancellationToken cancellationToken)
    {
        var server = Address(cluster, "server") ?? throw KubeConfig.Invalid(cluster.File, $"cluster '{cluster.Name}' has no server");
        var skip = cluster.Body.Text("insecure-skip-tls-verify") == "true";
        var authority = await PemAsync(cluster, "certificate-authority", cancellationToken).ConfigureAwait(false);
        if (skip && authority is not null)
        {
            throw KubeConfig.Invalid(cluster.File, $"cluster '{cluster.Name}' has a certificate-authority and insecure-skip-tls-verify: only one can be meant");
        }

        return new KubernetesAccess
        {
            Server = server,
            Context = context,
            Namespace = inNamespace,
            Authorities = authority is null ? null : Authorities(authority, cluster.File),
            SkipVerification = skip,
            ServerName = cluster.Body.Text("tls-server-name"),
            Proxy = Address(cluster, "proxy-url"),
            Credential = user is null
                ? new FixedCredential(KubernetesCredential.None)
                : await CredentialAsync(user, ClusterInformation(cluster, authority), cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Reads the certificates of a PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="file">The file, for the message.</param>
    /// <returns>At least one.</returns>
    public static X509Certificate2Collection Authorities(string pem, string file)
    {
        try
        {
            var result = new X509Certificate2Collection();
            result.ImportFromPem(pem);
            return result.Count > 0 ? result : throw KubeConfig.Invalid(file, "certificate-authority holds no certificate");
        }
        catch (CryptographicException error)
        {
            throw KubeConfig.Invalid(file, $"certificate-authority cannot be read: {error.Message}", error);
        }
    }

    private static Uri? Address(KubeConfigEntry entry, string field)
    {
        var text = entry.Body.Text(field);
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        // kubectl takes a host without a scheme too.
        var full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(full, UriKind.Absolute, out var address) && address.Host.Length > 0
            ? address
            : throw KubeConfig.Invalid(entry.File, $"'{entry.Name}': {field} '{AddressText.OfUnread(text)}' is no address");
    }

    private static async Task<ICredentialSource> CredentialAsync(KubeConfigEntry user, JsonObject cluster, CancellationToken cancellationToken)
    {
        var body = user.Body;
        var certificate = await CertificateAsync(user, cancellationToken).ConfigureAwait(false);
        if (body.At("exec") is JsonObject exec)
        {
            try
            {
                return new ExecCredential(ExecPlugin.Read(user, exec, cluster));
            }
            catch (FormatException error)
            {
                throw KubeConfig.Invalid(user.File, error.Message, error);
            }
        }

        if (body.Text("tokenFile") is { Length: > 0 } tokenFile)
        {
            return new TokenFileCredential(user.Resolve(tokenFile), certificate);
        }

        if (body.Text("auth-provider", "name") is { } provider)
        {
            throw new OperationException(
                KubernetesErrors.CredentialUnsupported, $"{user.File}: user '{user.Name}' uses auth-provider '{provider}', which kubectl dropped in 1.26.", user.Name);
        }

        if (body.Text("token") is { Length: > 0 } token)
        {
            return Fixed(KubernetesCredential.Bearer(token), certificate);
        }

        return body.Text("username") is { Length: > 0 } name
            ? Fixed(KubernetesCredential.Basic(name, body.Text("password") ?? ""), certificate)
            : Fixed(null, certificate);
    }

    private static FixedCredential Fixed(System.Net.Http.Headers.AuthenticationHeaderValue? header, X509Certificate2? certificate) =>
        new(new KubernetesCredential { Authorization = header, Certificate = certificate });

    private static async Task<X509Certificate2?> CertificateAsync(KubeConfigEntry user, CancellationToken cancellationToken)
    {
        var certificate = await PemAsync(user, "client-certificate", cancellationToken).ConfigureAwait(false);
        var key = await PemAsync(user, "client-key", cancellationToken).ConfigureAwait(false);
        if (certificate is null && key is null)
        {
            return null;
        }

        if (certificate is null || key is null)
        {
            throw KubeConfig.Invalid(user.File, $"user '{user.Name}' has a client-certificate or a client-key without the other");
        }

        try
        {
            return KubernetesCredential.ReadCertificate(certificate, key);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw KubeConfig.Invalid(user.File, $"user '{user.Name}': client-certificate and client-key cannot be used: {error.Message}", error);
        }
    }

    // The data in the file weighs more than the path, as kubectl has it.
    private static async Task<string?> PemAsync(KubeConfigEntry entry, string field, CancellationToken cancellationToken)
    {
        if (entry.Body.Text(field + "-data") is { Length: > 0 } data)
        {
            try
            {
                return Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException error)
            {
                throw KubeConfig.Invalid(entry.File, $"'{entry.Name}': {field}-data is no base64", error);
            }
        }

        if (entry.Body.Text(field) is not { Length: > 0 } written)
        {
            return null;
        }

        var path = entry.Resolve(written);
        try
        {
            return await SmallFile.ReadTextAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw KubeConfig.Invalid(entry.File, $"'{entry.Name}': {field} {path} cannot be read: {error.Message}", error);
        }
    }

    private static JsonObject ClusterInformation(KubeConfigEntry cluster, string? authority)
    {
        var result = new JsonObject { ["server"] = cluster.Body.Text("server") };
        if (authority is not null)
        {
            result["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority));
        }

        if (cluster.Body.Text("tls-server-name") is { } name)
        {
            result["tls-server-name"] = name;
        }

        if (cluster.Body.Text("insecure-skip-tls-verify") == "true")
        {
            result["insecure-skip-tls-verify"] = true;
        }

        return result;
    }
}
