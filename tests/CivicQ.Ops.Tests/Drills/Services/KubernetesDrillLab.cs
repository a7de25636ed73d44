namespace CivicQ.Ops.Tests.Drills.Services;

/// <summary>The lab with services on the tests' cluster.</summary>
public sealed class KubernetesDrillLab : ServiceDrillLab
{
    /// <summary>Runs kubectl.</summary>
    public static async Task<string> KubectlAsync(params IReadOnlyList<string> arguments)
    {
        var (code, output, error) = await KubernetesLab.RunAsync("kubectl", ["--kubeconfig", (await KubernetesLab.GetAsync()).Kubeconfig, .. arguments]);
        Assert.True(code == 0, error);
        return output.Trim();
    }

    /// <inheritdoc/>
    private protected override async Task<string> WhereAsync() =>
        $"-KubernetesContext lab -KubernetesFile '{(await KubernetesLab.GetAsync()).Kubeconfig}' -ServiceImage lab/busybox:latest";
}
