using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Conformance.SideBySide;

/// <summary>Two services of a Compose project on the lab's engine.</summary>
internal sealed class ComposeTwins : ITwins
{
    private static readonly string File = Path.Combine(Suite.Root, "tests/Conformance/SideBySide/compose.yml");
    private readonly DockerLab docker;

    private ComposeTwins(DockerLab docker) => this.docker = docker;

    public string Space { get; } = $"cq{Guid.NewGuid():N}"[..12];

    public JsonObject Services => new() { ["compose"] = new JsonObject { ["project"] = Space, ["host"] = docker.Host, ["files"] = new JsonArray(File) } };

    public static async Task<ITwins> StartAsync()
    {
        var twins = new ComposeTwins(await DockerLab.GetAsync());
        try
        {
            var (code, output, error) = await twins.RunAsync(["docker", "compose", "up", "-d", "--wait"]);
            Assert.True(code == 0, $"docker compose up: {code} {error} {output}");
            return twins;
        }
        catch
        {
            await twins.DisposeAsync();
            throw;
        }
    }

    public Task<(int Code, string Output, string Error)> RunAsync(IReadOnlyList<string> line)
    {
        IEnumerable<string> arguments = line.Skip(1);
        if (line[1] == "compose")
        {
            arguments = ["compose", "-p", Space, "-f", File, .. line.Skip(2)];
        }

        return KubernetesLab.RunAsync(line[0], [.. arguments], "", [("DOCKER_HOST", docker.Host), ("DOCKER_CONFIG", docker.ConfigFolder)]);
    }

    public async ValueTask DisposeAsync() => await RunAsync(["docker", "compose", "down", "-v", "-t", "1"]);
}
