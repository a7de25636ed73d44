using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Services;

/// <summary>Services on Kubernetes.</summary>
public sealed class KubernetesServiceTests(LabFixture lab, KubernetesPlatform platform) : ServiceTests(lab, platform), IClassFixture<KubernetesPlatform>
{
    [SkippableFact]
    public async Task An_image_that_is_nowhere_fails_the_rollout_and_is_undone()
    {
        using var file = await EnvironmentAsync();
        await platform.KubectlAsync("set", "image", "deployment/civicq-api", "api=lab/nonesuch:9");
        var result = Invoke("Wait-CivicQRollout backend -TimeoutSeconds 120 -Environment shop");
        Assert.Equal(["RolloutFailed"], Ids(result));
        Assert.Contains("lab/nonesuch:9", Assert.Single(result.Errors).Exception.Message, StringComparison.Ordinal);
        Assert.Contains("lab/nonesuch:9", Assert.Single(Succeed("Get-CivicQServiceInstance backend -NotReady -Environment shop")).Text("Reason"), StringComparison.Ordinal);
        Assert.Equal("Done", Assert.Single(Succeed("Undo-CivicQRollout backend -Confirm:$false -Environment shop")).Text("Outcome"));
        Assert.Equal("Ready", Assert.Single(Succeed("Get-CivicQService backend -Environment shop")).Text("Status"));
    }

    [SkippableFact]
    public async Task A_service_is_cut_off_and_put_back()
    {
        using var file = await EnvironmentAsync();
        Assert.Equal("True", Assert.Single(Succeed("Lock-CivicQService celery-worker -Confirm:$false -Environment shop")).Text("IsIsolated"));
        Assert.Contains("civicq-worker", await platform.KubectlAsync("get", "networkpolicies", "-o", "yaml"), StringComparison.Ordinal);
        Assert.Equal("False", Assert.Single(Succeed("Unlock-CivicQService celery-worker -Environment shop")).Text("IsIsolated"));
        Assert.DoesNotContain("civicq-worker", await platform.KubectlAsync("get", "networkpolicies", "-o", "yaml"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_cluster_that_is_away_or_says_no_is_an_error()
    {
        await platform.ServicesAsync();
        var folder = Directory.CreateTempSubdirectory("cq-kube-");
        var path = Path.Combine(folder.FullName, "config");
        await File.WriteAllTextAsync(path, $$"""
            { "apiVersion": "v1", "kind": "Config", "clusters": [{ "name": "c", "cluster": { "server": "http://127.0.0.1:{{LoopbackServer.ClosedPort()}}" } }],
              "contexts": [{ "name": "c", "context": { "cluster": "c" } }] }
            """);
        JsonObject Kubernetes(string? context) => new() { ["services"] = new JsonObject { ["kubernetes"] = new JsonObject { ["files"] = new JsonArray(path), ["context"] = context } } };
        using var file = new EnvironmentsFile(("dead", Kubernetes("c")), ("contextless", Kubernetes(null)));
        Assert.Equal(["ClusterUnreachable"], Ids(Invoke("Get-CivicQService -Environment dead")));
        Assert.Single(Invoke("Get-CivicQService -Environment contextless").Errors);
        folder.Delete(recursive: true);
    }
}
