namespace CivicQ.Benchmarks;

/// <summary>The lab of containers (tests/Lab): one that runs already, or the benchmark's own, which goes with it.</summary>
internal sealed class ContainerLab : IAsyncDisposable
{
    private readonly string scripts;
    private readonly List<(string Script, string State)> started = [];

    private ContainerLab(string scripts) => this.scripts = scripts;

    /// <summary>The engine's address.</summary>
    public string Host { get; private set; } = Environment.GetEnvironmentVariable("CIVICQ_LAB_DOCKER_HOST") ?? "";

    /// <summary>The cluster's kubeconfig.</summary>
    public string Kubeconfig { get; private set; } = Environment.GetEnvironmentVariable("CIVICQ_LAB_KUBECONFIG") ?? "";

    /// <summary>What the docker CLI needs to find the engine and its plugin.</summary>
    public Dictionary<string, string> Variables => new() { ["DOCKER_HOST"] = Host, ["DOCKER_CONFIG"] = Path.Combine(Cache, "docker-config") };

    private static string Cache => Environment.GetEnvironmentVariable("CIVICQ_LAB_CACHE") is { Length: > 0 } named ? named : "/var/cache/civicq-lab";

    public static async Task<ContainerLab> StartAsync(Workbench bench, bool kubernetes)
    {
        var lab = new ContainerLab(Path.Combine(bench.Root, "tests", "Lab"));
        try
        {
            if (lab.Host.Length == 0)
            {
                lab.Host = await lab.RunAsync("docker-engine.sh", "cq-dk-").ConfigureAwait(false);
            }

            await lab.ScriptAsync("images.sh").ConfigureAwait(false);
            await lab.ScriptAsync("compose-plugin.sh").ConfigureAwait(false);
            if (kubernetes && lab.Kubeconfig.Length == 0)
            {
                lab.Kubeconfig = await lab.RunAsync("kubernetes.sh", "cq-k8s-").ConfigureAwait(false);
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (script, state) in Enumerable.Reverse(started))
        {
            await ScriptAsync(script, "stop", state).ConfigureAwait(false);
            Directory.Delete(state, recursive: true);
        }
    }

    // Each prints NAME=VALUE of what it started.
    private async Task<string> RunAsync(string script, string prefix)
    {
        // Sockets want a short path.
        var state = Directory.CreateTempSubdirectory(prefix).FullName;
        started.Add((script, state));
        var printed = await ScriptAsync(script, "start", state).ConfigureAwait(false);
        return printed.Trim().Split('\n')[^1].Split('=', 2)[1].Trim('\'', '"');
    }

    private Task<string> ScriptAsync(string script, params string[] arguments)
    {
        var variables = new Dictionary<string, string> { ["CIVICQ_LAB_OWNER"] = $"{Environment.ProcessId}" };
        if (Host.Length > 0)
        {
            variables["DOCKER_HOST"] = Host;
        }

        return Shell.RunAsync("bash", [Path.Combine(scripts, script), .. arguments], variables);
    }
}
