using System.Text.Json.Nodes;

namespace CivicQ.Ops.Tests.Services;

/// <summary>The Compose stack on the lab's Docker engine.</summary>
public sealed class ComposePlatform : IServicePlatform, IAsyncLifetime
{
    private ComposeLab? lab;
    private int revision;

    public string Name => "Compose";

    public string Kind => "Compose";

    public string Backend => "backend";

    private const string HealthCheck = "    healthcheck: {test: [CMD, curl, -fsS, 'http://127.0.0.1:8000/health'], interval: 1s, timeout: 10s, retries: 60}\n";

    private string Image => $"{lab!.Project}-api:latest";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (lab is not null)
        {
            await lab.DisposeAsync();
        }
    }

    public async Task<JsonObject> ServicesAsync()
    {
        if (lab is null)
        {
            lab = await ComposeLab.StartAsync();
            await BuildAsync();
            var text = await File.ReadAllTextAsync(lab.File);
            // An image of the backend's own, so that it can have revisions.
            await File.WriteAllTextAsync(lab.File, text.Replace("  backend:\n    <<: *img\n", $"  backend:\n    <<: *img\n    image: {Image}\n{HealthCheck}", StringComparison.Ordinal));
            await lab.ComposeAsync("up", "-d");
            await lab.ReadyAsync();
        }

        return new JsonObject
        {
            ["compose"] = new JsonObject { ["project"] = lab.Project, ["host"] = lab.Docker.Host, ["files"] = new JsonArray(lab.File) },
        };
    }

    public async Task ReviseAsync()
    {
        await BuildAsync();
        await lab!.ComposeAsync("up", "-d", "--no-build");
        await lab.ReadyAsync();
    }

    /// <summary>Builds the backend's next image without running it.</summary>
    public async Task BuildAsync(string command = "")
    {
        var folder = Directory.CreateTempSubdirectory("cq-image-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "Dockerfile"), $"FROM lab/civicq:latest\nLABEL revision={++revision}\n{command}\n");
        await lab!.Docker.DockerAsync(["build", "-q", "-t", Image, folder.FullName]);
        folder.Delete(recursive: true);
    }

    public async Task<string> IdentityAsync() => await lab!.Docker.DockerAsync(
        ["inspect", "--format", "{{.Id}} {{.State.StartedAt}}", .. (await lab.ComposeAsync("ps", "-q", "backend")).Split('\n')]);

    public async Task<string> TemplateAsync() => await lab!.Docker.DockerAsync(["inspect", "--format", "{{.Image}}", .. (await lab.ComposeAsync("ps", "-q", "backend")).Split('\n')[..1]]);

    public async Task<int> WorkersAsync() => (await lab!.ComposeAsync("ps", "-q", "celery-worker")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
}
