using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Services.Kubernetes.Objects;

namespace CivicQ.Ops.Core.Services.Kubernetes.Configuration;

/// <summary>A program of a kubeconfig that gives a credential (<c>aws eks get-token</c>, <c>gke-gcloud-auth-plugin</c>).</summary>
/// <param name="Command">The program: a name on PATH, or a full path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Variables">Variables that it gets besides the process's own.</param>
/// <param name="ApiVersion">The version of the exchange.</param>
/// <param name="InstallHint">What the kubeconfig says to who does not have it.</param>
/// <param name="Cluster">What it is told about the cluster; <see langword="null"/> for nothing.</param>
internal sealed record ExecPlugin(
    string Command,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Variables,
    string ApiVersion,
    string? InstallHint,
    JsonObject? Cluster)
{
    private static readonly string[] Versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    /// <summary>Reads a user's exec entry.</summary>
    /// <param name="user">The user.</param>
    /// <param name="exec">Its exec entry.</param>
    /// <param name="cluster">What a plugin may be told about the cluster.</param>
    /// <returns>The plugin.</returns>
    /// <exception cref="FormatException">The entry is not one that can be used without a terminal.</exception>
    public static ExecPlugin Read(KubeConfigEntry user, JsonObject exec, JsonObject cluster)
    {
        var command = exec.Text("command") ?? throw new FormatException($"user '{user.Name}': exec has no command");
        var version = exec.Text("apiVersion") ?? "";
        if (!Versions.Contains(version))
        {
            throw new FormatException($"user '{user.Name}': exec has apiVersion '{version}'; {string.Join(" and ", Versions)} are understood");
        }

        var mode = exec.Text("interactiveMode");
        if (mode is null && version == Versions[0])
        {
            throw new FormatException($"user '{user.Name}': exec needs an interactiveMode with {version}");
        }

        if (mode == "Always")
        {
            throw new FormatException($"user '{user.Name}': exec asks questions on a terminal (interactiveMode: Always), and there is none here");
        }

        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in exec.Objects("env"))
        {
            variables[variable.Text("name") ?? ""] = variable.Text("value") ?? "";
        }

        // A name goes through PATH; what holds a separator starts from the kubeconfig's folder.
        var path = command.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && command.Contains('\\', StringComparison.Ordinal))
            ? user.Resolve(command)
            : command;
        return new ExecPlugin(
            path, [.. exec.Texts("args")], variables, version, exec.Text("installHint"), exec.Text("provideClusterInfo") == "true" ? cluster : null);
    }
}
