using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Conformance.SideBySide;

/// <summary>Two deployments in a namespace of the lab's cluster.</summary>
internal sealed class KubernetesTwins : ITwins
{
    private readonly KubernetesNamespace space;
    private readonly DockerLab docker;

    private KubernetesTwins(KubernetesNamespace space, DockerLab docker) => (this.space, this.docker) = (space, docker);

    public string Space => space.Name;

    public JsonObject Services => new()
    {
        ["kubernetes"] = new JsonObject { ["files"] = new JsonArray(space.Lab.Kubeconfig), ["context"] = "lab", ["namespace"] = space.Name },
    };

    public static async Task<ITwins> StartAsync()
    {
        var space = await KubernetesNamespace.CreateAsync();
        var twins = new KubernetesTwins(space, await DockerLab.GetAsync());
        try
        {
            // Applied, so that there is an annotation of kubectl's own that an undo must keep.
            await space.KubectlAsync("apply", "-f", Path.Combine(Suite.Root, "tests/Conformance/SideBySide/kubernetes.yaml"));
            foreach (var name in new[] { "left", "right" })
            {
                await space.KubectlAsync("rollout", "status", $"deployment/{name}", "--timeout=180s");
            }

            return twins;
        }
        catch
        {
            await twins.DisposeAsync();
            throw;
        }
    }

    public Task<(int Code, string Output, string Error)> RunAsync(IReadOnlyList<string> line) => line[0] switch
    {
        "kubectl" => space.TryKubectlAsync([.. line.Skip(1)]),
        var program => KubernetesLab.RunAsync(program, [.. line.Skip(1)], "", [("DOCKER_HOST", docker.Host), ("DOCKER_CONFIG", docker.ConfigFolder)]),
    };

    public ValueTask DisposeAsync() => space.DisposeAsync();
}
