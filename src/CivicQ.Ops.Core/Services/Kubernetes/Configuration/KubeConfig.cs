using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>One or several kubeconfig files, merged as kubectl merges them: the first file that has an entry, or a current context, wins whole.</summary>
internal sealed class KubeConfig
{
    private const int MaximumBytes = 4 << 20;
    private readonly Dictionary<string, KubeConfigEntry> clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeConfigEntry> users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeConfigEntry> contexts = new(StringComparer.Ordinal);
    private readonly List<string> files = [];

    /// <summary>The clusters by name.</summary>
    public IReadOnlyDictionary<string, KubeConfigEntry> Clusters => clusters;

    /// <summary>The users by name.</summary>
    public IReadOnlyDictionary<string, KubeConfigEntry> Users => users;

    /// <summary>The contexts by name.</summary>
    public IReadOnlyDictionary<string, KubeConfigEntry> Contexts => contexts;

    /// <summary>The files that were there.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>The context that is used when none is named.</summary>
    public string? CurrentContext { get; private set; }

    /// <summary>Reads files; those that are missing are left out.</summary>
    /// <param name="paths">Full paths, the first weighing most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The merged configuration.</returns>
    /// <exception cref="OperationException"><see cref="KubernetesErrors.ConfigInvalid"/>: a file that cannot be read or is broken.</exception>
    public static async Task<KubeConfig> ReadAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var config = new KubeConfig();
        foreach (var path in paths)
        {
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                continue;
            }

            try
            {
                config.Add(path, YamlTree.Parse(await SmallFile.ReadTextAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false)));
            }
            catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
            {
                throw Invalid(path, error.Message, error);
            }
        }

        return config;
    }

    /// <summary>The error of a file.</summary>
    public static OperationException Invalid(string path, string message, Exception? cause = null) =>
        new(KubernetesErrors.ConfigInvalid, $"{path}: {message.TrimEnd('.')}.", path, cause);

    private static void Merge(Dictionary<string, KubeConfigEntry> known, JsonNode root, string list, string body, string path)
    {
        if (root.At(list) is { } node and not JsonArray)
        {
            throw new FormatException($"{list} is no list: {node.GetValueKind()}");
        }

        foreach (var item in root.Objects(list))
        {
            var name = item.Text("name") ?? throw new FormatException($"an entry of {list} has no name");
            known.TryAdd(name, new KubeConfigEntry(name, item.At(body) as JsonObject ?? [], path));
        }
    }

    private void Add(string path, JsonNode? root)
    {
        files.Add(path);
        if (root is null)
        {
            return;
        }

        if (root is not JsonObject)
        {
            throw new FormatException("it is no kubeconfig");
        }

        Merge(clusters, root, "clusters", "cluster", path);
        Merge(users, root, "users", "user", path);
        Merge(contexts, root, "contexts", "context", path);
        if (string.IsNullOrEmpty(CurrentContext))
        {
            CurrentContext = root.Text("current-context");
        }
    }
}
