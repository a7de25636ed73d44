namespace CivicQ.Ops.Tests.Drills.Services;

/// <summary>Drills of services on a Docker engine.</summary>
public sealed class ComposeDrillTests(LabFixture lab, ComposeDrillLab own) : ServiceDrillTests(lab, own), IClassFixture<ComposeDrillLab>
{
    /// <inheritdoc/>
    private protected override (string Line, string Cmdlet) CrashLoopRemedy =>
        ("Get-CivicQService redis -Environment lab -Status Down | Restart-CivicQService", "Restart-CivicQService");

    [SkippableFact]
    public async Task A_container_that_was_killed_is_started_again()
    {
        await LabAsync();
        Start("CrashedContainer");
        var gone = One("Get-CivicQServiceInstance -Environment lab -NotReady");
        Assert.Equal(("backend", "Exited", "137"), (gone.Text("Service"), gone.Text("State"), gone.Text("LastExitCode")));
        Assert.Equal("Done", One("Get-CivicQService -Environment lab -Status Degraded | Restart-CivicQService").Text("Outcome"));
        Resolved("CrashedContainer", "Restart-CivicQService");
        Whole();
        Stop("CrashedContainer");
    }

    [SkippableFact]
    public async Task Drills_of_Kubernetes_are_refused()
    {
        await LabAsync();
        foreach (var name in new[] { "ImagePull", "StuckRollout" })
        {
            var refused = Invoke($"Start-CivicQDrill {name} -Confirm:$false");
            Assert.Equal(["DrillNoServices"], Ids(refused));
            Assert.Contains("run on Compose", Assert.Single(refused.Errors).Exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["DrillLabNotRunning"], Ids(Invoke("Start-CivicQDrill LockChain -Confirm:$false")));
    }

    [SkippableFact]
    public async Task The_lab_takes_its_own_containers_away_and_no_others()
    {
        await LabAsync();
        var others = await ComposeDrillLab.DockerAsync("create", "--label", "com.docker.compose.project=civicq-lab", "--label", "civicq.lab=another", "lab/busybox:latest", "true");
        var first = One("Get-CivicQLab Services");
        Assert.Equal("Running", first.Text("Status"));
        Assert.Contains("backend, celery-worker, redis", first.Text("Detail"), StringComparison.Ordinal);
        var project = first.Text("Detail").Split(' ').First(word => word.StartsWith("civicq-lab-", StringComparison.Ordinal));
        try
        {
            var host = (await DockerLab.GetAsync()).Host;
            Assert.Contains(host, Assert.Single(Invoke($"Start-CivicQLab -DockerHost '{host}' -Force -WhatIf").WhatIf), StringComparison.Ordinal);
            Succeed("Stop-CivicQLab -Confirm:$false");
            Assert.Equal("", await ComposeDrillLab.DockerAsync("ps", "-aq", "--filter", $"label=com.docker.compose.project={project}"));
            Assert.Equal("", await ComposeDrillLab.DockerAsync("network", "ls", "-q", "--filter", $"name={project}"));
            Assert.Equal("", await ComposeDrillLab.DockerAsync("images", "-q", project));
            Assert.NotEqual("", await ComposeDrillLab.DockerAsync("inspect", "--format", "{{.Id}}", others));
            Assert.DoesNotContain("Services", All(Succeed("Get-CivicQLab"), "Name"));
        }
        finally
        {
            await ComposeDrillLab.DockerAsync("rm", others);
            Succeed($"Start-CivicQLab -Exclude Postgres, Redis, Api, Celery, PgBouncer -TimeoutSeconds 300 -DockerHost '{(await DockerLab.GetAsync()).Host}' -Confirm:$false");
        }
    }

    [SkippableFact]
    public async Task An_engine_that_is_away_starts_no_lab()
    {
        await LabAsync();
        var state = Path.Combine(Suite.Folder, "state-none");
        var before = Environment.GetEnvironmentVariable("CIVICQ_STATE");
        Environment.SetEnvironmentVariable("CIVICQ_STATE", state);
        var result = Invoke("Start-CivicQLab -Exclude Postgres, Redis, Api, Celery, PgBouncer -DockerHost unix:///nonexistent/docker.sock -Confirm:$false");
        Environment.SetEnvironmentVariable("CIVICQ_STATE", before);
        Assert.Equal(["DockerUnreachable"], Ids(result));
        Assert.False(Directory.Exists(Path.Combine(state, "lab")));
    }
}
