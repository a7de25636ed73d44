namespace CivicQ.Tests;

/// <summary>A namespace of the lab's cluster for one test; all that is in it goes with it.</summary>
internal sealed class KubernetesNamespace : IAsyncDisposable
{
    private KubernetesNamespace(KubernetesLab lab, string name) => (Lab, Name) = (lab, name);

    /// <summary>The cluster.</summary>
    public KubernetesLab Lab { get; }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Makes a namespace.</summary>
    public static async Task<KubernetesNamespace> CreateAsync()
    {
        var lab = await KubernetesLab.GetAsync();
        var space = new KubernetesNamespace(lab, $"t{Guid.NewGuid():N}"[..12]);
        await space.KubectlAsync("create", "namespace", space.Name);
        return space;
    }

    /// <summary>Runs kubectl on this namespace; a failure is the test's.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> KubectlAsync(params IReadOnlyList<string> arguments)
    {
        var (code, output, error) = await TryKubectlAsync(arguments);
        Assert.True(code == 0, $"kubectl {string.Join(' ', arguments)}: {code} {error} {output}");
        return output.TrimEnd('\n');
    }

    /// <summary>Runs kubectl on this namespace.</summary>
    public Task<(int Code, string Output, string Error)> TryKubectlAsync(params IReadOnlyList<string> arguments) =>
        KubernetesLab.RunAsync("kubectl", ["--kubeconfig", Lab.Kubeconfig, "--namespace", Name, .. arguments]);

    /// <summary>Applies manifests.</summary>
    public async Task ApplyAsync(string yaml)
    {
        var (code, output, error) = await KubernetesLab.RunAsync("kubectl", ["--kubeconfig", Lab.Kubeconfig, "--namespace", Name, "apply", "-f", "-"], yaml);
        Assert.True(code == 0, $"kubectl apply: {code} {error} {output}");
    }

    /// <summary>Applies the small CivicQ.</summary>
    public Task ApplyCivicQAsync() => KubectlAsync("apply", "-f", KubernetesLab.Manifest);

    /// <summary>Waits until something holds; whoever waits says what.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        var end = DateTime.UtcNow.AddMinutes(3);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < end, $"It did not come within three minutes: {what}");
            await Task.Delay(300);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() =>
        await TryKubectlAsync("delete", "namespace", Name, "--wait=false");
}
