using System.Text.Json.Nodes;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>A cluster, user or context of a kubeconfig, and the file that it stands in.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Body">Its fields; all scalars are texts.</param>
/// <param name="File">The file's full path.</param>
internal sealed record KubeConfigEntry(string Name, JsonObject Body, string File)
{
    /// <summary>A path of the entry: relative ones start from the file's folder.</summary>
    /// <param name="path">The path as written.</param>
    /// <returns>The full path.</returns>
    public string Resolve(string path) => Path.GetFullPath(path, Path.GetDirectoryName(File) ?? Path.GetPathRoot(File) ?? "/");
}
