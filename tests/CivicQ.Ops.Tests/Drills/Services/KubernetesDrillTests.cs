namespace CivicQ.Ops.Tests.Drills.Services;

/// <summary>Drills of services on a Kubernetes cluster.</summary>
public sealed class KubernetesDrillTests(LabFixture lab, KubernetesDrillLab own) : ServiceDrillTests(lab, own), IClassFixture<KubernetesDrillLab>
{
    /// <inheritdoc/>
    private protected override (string Line, string Cmdlet) CrashLoopRemedy =>
        ("Get-CivicQService celery-worker -Environment lab | Undo-CivicQRollout -Confirm:$false", "Undo-CivicQRollout");

    [SkippableFact]
    public async Task An_image_that_is_nowhere_is_gone_back_from()
    {
        await LabAsync();
        Start("ImagePull");
        var waiting = Until("Get-CivicQServiceInstance -Environment lab -NotReady | Where-Object State -eq Pending", one => one.Text("Service") == "backend");
        Assert.Contains("127.0.0.1:1/civicq/api:9.9.9", waiting.Text("Reason"), StringComparison.Ordinal);
        Assert.Equal("Done", One("Get-CivicQServiceInstance backend -Environment lab -NotReady | Where-Object State -eq Pending | Undo-CivicQRollout -Confirm:$false").Text("Outcome"));
        Resolved("ImagePull", "Undo-CivicQRollout");
        Whole();
        Stop("ImagePull");
    }

    [SkippableFact]
    public async Task A_rollout_that_is_stuck_at_its_deadline_is_undone()
    {
        await LabAsync();
        Start("StuckRollout");
        Assert.Contains("probe", Until("Get-CivicQService -Environment lab -Status Degraded", one => one.Text("Service") == "backend").Text("Reason"), StringComparison.Ordinal);
        Assert.Equal(["RolloutFailed"], Ids(Invoke("Wait-CivicQRollout backend -Environment lab -TimeoutSeconds 60")));
        Assert.NotEmpty(Succeed("Get-CivicQEvent backend -Environment lab"));
        Assert.Equal("Done", One("Get-CivicQService -Environment lab -Status Degraded | Undo-CivicQRollout -Confirm:$false").Text("Outcome"));
        Resolved("StuckRollout", "Undo-CivicQRollout");
        Whole();
        Stop("StuckRollout");
        Assert.Equal("600", await DeploymentAsync("{.spec.progressDeadlineSeconds}"));
    }

    [SkippableFact]
    public async Task A_drill_of_Compose_is_refused()
    {
        await LabAsync();
        var refused = Invoke("Start-CivicQDrill CrashedContainer -Confirm:$false");
        Assert.Equal(["DrillNoServices"], Ids(refused));
        Assert.Contains("run on Kubernetes", Assert.Single(refused.Errors).Exception.Message, StringComparison.Ordinal);
    }

    private async Task<string> DeploymentAsync(string path)
    {
        var space = One("Get-CivicQLab Services").Text("Detail").Split(' ').First(word => word.StartsWith("civicq-lab-", StringComparison.Ordinal));
        return await KubernetesDrillLab.KubectlAsync("--namespace", space, "get", "deployment", "backend", "-o", $"jsonpath={path}");
    }
}
