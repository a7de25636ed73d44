using System.Diagnostics;

namespace CivicQ.Tests;

/// <summary>
/// A single-node Kubernetes on the lab's Docker engine (tests/Lab/kubernetes.sh), one for all tests of the process. Where it cannot run on this
/// machine, the test that asks for it is skipped with the reason. CIVICQ_LAB_KUBECONFIG names one that runs already.
/// </summary>
internal sealed class KubernetesLab
{
    private const int CannotRunHere = 3;
    // What failed once is not tried again by every test.
    private static readonly Lazy<Task<KubernetesLab>> One = new(StartAsync);

    private KubernetesLab(string kubeconfig) => Kubeconfig = kubeconfig;

    /// <summary>Its kubeconfig; contexts lab, certificate, reader, expired.</summary>
    public string Kubeconfig { get; }

    /// <summary>The folder of the cluster's certificates.</summary>
    public string PkiFolder => Path.Combine(Path.GetDirectoryName(Kubeconfig)!, "pki");

    /// <summary>The API server's port on loopback.</summary>
    public int Port
    {
        get
        {
            const string Before = "https://127.0.0.1:";
            var text = File.ReadAllText(Kubeconfig);
            var start = text.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
            return int.Parse(text[start..text.IndexOf('"', start)], System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The manifests of a small CivicQ.</summary>
    public static string Manifest => Path.Combine(DockerLab.Folder, "kubernetes", "civicq.yaml");

    /// <summary>The cluster, started by the first who asks.</summary>
    public static Task<KubernetesLab> GetAsync() => One.Value;

    /// <summary>Runs a program; its exit code and what it printed.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, IReadOnlyList<string> arguments, string input = "", params IReadOnlyList<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var reading = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await reading.Item1, await reading.Item2);
    }

    private static async Task<KubernetesLab> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("CIVICQ_LAB_KUBECONFIG") is { Length: > 0 } running)
        {
            return new KubernetesLab(running);
        }

        var state = Directory.CreateTempSubdirectory("cq-k8s-").FullName;
        var script = Path.Combine(DockerLab.Folder, "kubernetes.sh");
        (string, string)[] variables = [];
        // Before the engine's own end, where this is the first to ask for it: the kubelet would go on starting containers.
        // The script removes the folder: a test host is killed where its end takes long, and the script's watch goes on.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => RunAsync("bash", [script, "remove", state], "", variables).GetAwaiter().GetResult();
        var docker = await DockerLab.GetAsync();
        variables = [("DOCKER_HOST", docker.Host), ("CIVICQ_LAB_OWNER", $"{Environment.ProcessId}")];
        var (code, output, error) = await RunAsync("bash", [script, "start", state], "", variables);
        Skip.If(code == CannotRunHere, error.Trim());
        Assert.True(code == 0, $"kubernetes.sh start: {code} {output} {error}");
        return new KubernetesLab(Path.Combine(state, "kubeconfig"));
    }
}
