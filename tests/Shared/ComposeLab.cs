using System.Net;

namespace CivicQ.Tests;

/// <summary>The lab's Compose project (tests/Lab/stack), up under a name of its own, nginx on a random port of loopback.</summary>
internal sealed class ComposeLab : IAsyncDisposable
{
    private readonly DirectoryInfo folder;

    private ComposeLab(DockerLab docker, DirectoryInfo folder, string project) => (Docker, this.folder, Project) = (docker, folder, project);

    /// <summary>The engine.</summary>
    public DockerLab Docker { get; }

    /// <summary>The project's name.</summary>
    public string Project { get; }

    /// <summary>The Compose file, a copy that a test may change.</summary>
    public string File => Path.Combine(folder.FullName, "docker-compose.production.yml");

    /// <summary>The site's address.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Brings the project up and waits until its API is healthy.</summary>
    public static async Task<ComposeLab> StartAsync()
    {
        var docker = await DockerLab.GetAsync();
        var lab = new ComposeLab(docker, Directory.CreateTempSubdirectory("cq-compose-"), $"cq{Guid.NewGuid():N}"[..12]);
        try
        {
            Copy(new DirectoryInfo(Path.Combine(DockerLab.Folder, "stack")), lab.folder);
            await lab.ComposeAsync("up", "-d");
            await lab.ReadyAsync();
            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>docker compose</c> on the project.</summary>
    public Task<string> ComposeAsync(params IReadOnlyList<string> arguments) =>
        Docker.CliAsync(["compose", "-p", Project, "-f", File, .. arguments], [("CIVICQ_PORT", "0")]);

    /// <summary>Waits until the API says that it is healthy.</summary>
    public async Task ReadyAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            // A port of Docker's choice changes when the container starts again.
            Address = new Uri($"http://{await ComposeAsync("port", "nginx", "80")}/");
            try
            {
                using var answer = await client.GetAsync(new Uri(Address, "health"), limit.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(200, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ComposeAsync("down", "-v", "--remove-orphans", "-t", "2");
        // Releases of the project have kept their images.
        var kept = (await Docker.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}", "civicq-release")).Split('\n').Where(name => name.Contains($":{Project}.", StringComparison.Ordinal)).ToList();
        if (kept.Count > 0)
        {
            await Docker.DockerAsync(["rmi", "-f", .. kept]);
        }

        folder.Delete(recursive: true);
    }

    private static void Copy(DirectoryInfo from, DirectoryInfo to)
    {
        foreach (var file in from.GetFiles())
        {
            file.CopyTo(Path.Combine(to.FullName, file.Name));
        }

        foreach (var inner in from.GetDirectories())
        {
            Copy(inner, to.CreateSubdirectory(inner.Name));
        }
    }
}
