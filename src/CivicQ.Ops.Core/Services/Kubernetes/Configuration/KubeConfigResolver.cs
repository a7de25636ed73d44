using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Naming;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>Finds the cluster that is meant.</summary>
internal static class KubeConfigResolver
{
    /// <summary>The files that count, the first weighing most.</summary>
    /// <param name="options">What was asked for.</param>
    /// <returns>Full paths; they need not exist.</returns>
    public static IReadOnlyList<string> Files(KubernetesOptions options)
    {
        if (options.Files.Count > 0)
        {
            return options.Files;
        }

        var variable = options.Variable("KUBECONFIG");
        return string.IsNullOrWhiteSpace(variable)
            ? [Path.Combine(options.HomeFolder, ".kube", "config")]
            : [.. variable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)
                .Select(path => Path.GetFullPath(path, CurrentFolder.Path))];
    }

    /// <summary>Reads the configuration and finds the way to the cluster.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The way.</returns>
    /// <exception cref="OperationException">One of <see cref="KubernetesErrors"/>: nothing there, broken, no or an unknown context.</exception>
    public static async Task<KubernetesAccess> ResolveAsync(KubernetesOptions options, CancellationToken cancellationToken)
    {
        var files = Files(options);
        var config = await KubeConfig.ReadAsync(files, cancellationToken).ConfigureAwait(false);
        if (config.Files.Count == 0 || (config.Clusters.Count == 0 && config.Contexts.Count == 0))
        {
            return options.Files.Count == 0 && options.Context is null && InCluster(options) is { } own ? own : throw NothingThere(files, config);
        }

        var name = options.Context ?? config.CurrentContext;
        if (string.IsNullOrEmpty(name))
        {
            throw new OperationException(
                KubernetesErrors.ContextMissing,
                $"{string.Join(", ", config.Files)}: no current context is set. There are: {string.Join(", ", config.Contexts.Keys.Order(StringComparer.Ordinal))}.",
                config.Files[0]);
        }

        var context = Find(config.Contexts, name, "context", config.Files[0]);
        var clusterName = context.Body.Text("cluster");
        if (string.IsNullOrEmpty(clusterName))
        {
            throw KubeConfig.Invalid(context.File, $"context '{name}' names no cluster");
        }

        var cluster = Find(config.Clusters, clusterName, "cluster", context.File);
        var user = context.Body.Text("user") is { Length: > 0 } userName ? Find(config.Users, userName, "user", context.File) : null;
        var inNamespace = options.Namespace ?? context.Body.Text("namespace");
        return await KubeConfigReader.AccessAsync(name, cluster, user, string.IsNullOrEmpty(inNamespace) ? "default" : inNamespace, cancellationToken)
            .ConfigureAwait(false);
    }

    private static KubeConfigEntry Find(IReadOnlyDictionary<string, KubeConfigEntry> entries, string name, string kind, string file) =>
        entries.TryGetValue(name, out var entry)
            ? entry
            : throw new OperationException(
                KubernetesErrors.ContextNotFound, $"{file}: there is no {kind} '{name}'.{NearestName.Hint(name, entries.Keys)}", name);

    private static OperationException NothingThere(IReadOnlyList<string> files, KubeConfig config) => config.Files.Count == 0
        ? new OperationException(KubernetesErrors.ConfigNotFound, $"No kubeconfig: {string.Join(", ", files)} does not exist.", files.Count > 0 ? files[0] : null)
        : new OperationException(KubernetesErrors.ConfigInvalid, $"{config.Files[0]}: it holds no cluster and no context.", config.Files[0]);

    private static KubernetesAccess? InCluster(KubernetesOptions options)
    {
        var token = Path.Combine(options.ServiceAccountFolder, "token");
        if (options.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host || !File.Exists(token))
        {
            return null;
        }

        var port = options.Variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } told ? told : "443";
        var authority = Path.Combine(options.ServiceAccountFolder, "ca.crt");
        var namespaceFile = Path.Combine(options.ServiceAccountFolder, "namespace");
        return new KubernetesAccess
        {
            Server = new Uri($"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}"),
            Context = "in-cluster",
            Namespace = options.Namespace ?? (File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : "default"),
            Authorities = File.Exists(authority) ? KubeConfigReader.Authorities(File.ReadAllText(authority), authority) : null,
            Credential = new TokenFileCredential(token),
        };
    }
}
