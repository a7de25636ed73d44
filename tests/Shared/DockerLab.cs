using System.Diagnostics;

namespace CivicQ.Tests;

/// <summary>
/// A private Docker engine with the lab's images (tests/Lab), one for all tests of the process. Where it cannot run on this machine, the
/// test that asks for it is skipped with the reason; an engine that should run and does not is a failure.
/// </summary>
internal sealed class DockerLab
{
    private const int CannotRunHere = 3;
    // What failed once is not tried again by every test.
    private static readonly Lazy<Task<DockerLab>> One = new(StartAsync);
    private readonly string state;
    private readonly string cache;

    private DockerLab(string state, string cache, string? host = null) => (this.state, this.cache, Host) = (state, cache, host ?? $"unix://{state}/docker.sock");

    /// <summary>The engine's address.</summary>
    public string Host { get; }

    /// <summary>The socket's path.</summary>
    public string Socket => Host["unix://".Length..];

    /// <summary>The docker CLI's folder, with Compose as a plugin.</summary>
    public string ConfigFolder => Path.Combine(cache, "docker-config");

    /// <summary>The folder tests/Lab.</summary>
    public static string Folder
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (folder is not null && !File.Exists(Path.Combine(folder, "tests", "Lab", "docker-engine.sh")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return Path.Combine(folder ?? throw new InvalidOperationException("tests/Lab is not above this assembly."), "tests", "Lab");
        }
    }

    private static string Cache => Environment.GetEnvironmentVariable("CIVICQ_LAB_CACHE") is { Length: > 0 } named ? named : "/var/cache/civicq-lab";

    /// <summary>The engine, started and filled by the first who asks.</summary>
    public static Task<DockerLab> GetAsync() => One.Value;

    /// <summary>An engine of a test's own, with the small image alone and without networks, for what would disturb others. Stop it with <see cref="StopAsync"/>.</summary>
    public static async Task<DockerLab> OwnAsync(params (string Name, string Value)[] variables)
    {
        // Sockets want a short path.
        var state = Directory.CreateTempSubdirectory("cq-dk-").FullName;
        var lab = new DockerLab(state, Path.Combine(state, "cache"));
        await lab.ScriptAsync("docker-engine.sh", ["start", state], [("CIVICQ_LAB_NETWORK", "none"), .. variables]);
        await lab.ScriptAsync("images.sh", ["lab/busybox"]);
        return lab;
    }

    /// <summary>Restarts the engine; containers go on meanwhile.</summary>
    public Task RestartAsync() => ScriptAsync("docker-engine.sh", ["restart", state]);

    /// <summary>Stops an engine of a test's own.</summary>
    public async Task StopAsync()
    {
        await ScriptAsync("docker-engine.sh", ["stop", state]);
        Directory.Delete(state, recursive: true);
    }

    /// <summary>Runs the docker CLI against this engine; a failure is the test's.</summary>
    /// <returns>What it printed, without the last line's end.</returns>
    public Task<string> DockerAsync(params IReadOnlyList<string> arguments) => CliAsync(arguments, []);

    /// <summary>The same with further variables.</summary>
    public async Task<string> CliAsync(IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Value)> variables)
    {
        var (code, output, error) = await ProcessAsync("docker", arguments, variables);
        Assert.True(code == 0, $"docker {string.Join(' ', arguments)}: {code} {error} {output}");
        return output.TrimEnd('\n');
    }

    /// <summary>Starts a container of the small image that runs a line of shell.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> RunAsync(string script, params IReadOnlyList<string> options)
    {
        var name = $"t{Guid.NewGuid():N}"[..16];
        await DockerAsync(["run", "-d", "--name", name, .. options, "lab/busybox:latest", "sh", "-c", script]);
        return name;
    }

    /// <summary>Removes containers by force.</summary>
    public Task RemoveAsync(params IReadOnlyList<string> names) => DockerAsync(["rm", "-fv", .. names]);

    private static async Task<DockerLab> StartAsync()
    {
        var shared = Environment.GetEnvironmentVariable("CIVICQ_LAB_DOCKER_HOST") is { Length: > 0 } host ? host : null;
        var state = shared is null ? Directory.CreateTempSubdirectory("cq-dk-").FullName : "";
        var lab = new DockerLab(state, Cache, shared);
        if (shared is null)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => lab.StopAsync().GetAwaiter().GetResult();
            await lab.ScriptAsync("docker-engine.sh", ["start", state]);
        }

        await lab.ScriptAsync("images.sh", []);
        await lab.ScriptAsync("compose-plugin.sh", []);
        // What the module starts finds the plugin where this machine's CLI would have it.
        Environment.SetEnvironmentVariable("DOCKER_CONFIG", lab.ConfigFolder);
        return lab;
    }

    private async Task ScriptAsync(string name, IReadOnlyList<string> arguments, params IReadOnlyList<(string Name, string Value)> variables)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The lab's Docker engine runs on Linux only.");

        var (code, output, error) = await ProcessAsync("bash", [Path.Combine(Folder, name), .. arguments], [("CIVICQ_LAB_OWNER", $"{Environment.ProcessId}"), .. variables]);
        Skip.If(code == CannotRunHere, error.Trim());

        Assert.True(code == 0, $"{name} {string.Join(' ', arguments)}: {code} {output} {error}");
    }

    private async Task<(int Code, string Output, string Error)> ProcessAsync(string program, IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DOCKER_HOST"] = Host;
        start.Environment["DOCKER_CONFIG"] = ConfigFolder;
        start.Environment["CIVICQ_LAB_CACHE"] = cache;
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var reading = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await reading.Item1, await reading.Item2);
    }
}
