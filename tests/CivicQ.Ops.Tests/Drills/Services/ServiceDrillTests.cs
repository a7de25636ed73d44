namespace CivicQ.Ops.Tests.Drills.Services;

/// <summary>The incidents of services that there are on Compose and on Kubernetes.</summary>
public abstract class ServiceDrillTests : DrillTests
{
    private readonly string? before = Environment.GetEnvironmentVariable("CIVICQ_STATE");
    private readonly ServiceDrillLab own;

    protected ServiceDrillTests(LabFixture lab, ServiceDrillLab own)
        : base(lab)
    {
        this.own = own;
        Environment.SetEnvironmentVariable("CIVICQ_STATE", own.State);
    }

    /// <summary>What ends the crash loop.</summary>
    private protected abstract (string Line, string Cmdlet) CrashLoopRemedy { get; }

    private protected Task LabAsync() => own.StartAsync(Session);

    [SkippableFact]
    public async Task A_crash_loop_is_ended_at_its_cause()
    {
        await LabAsync();
        Start("CrashLoop");
        var crashing = Until("Get-CivicQServiceInstance celery-worker -Environment lab -NotReady", one => one.Text("LastExitCode") == "1");
        Assert.NotEmpty(crashing.Text("Reason"));
        Assert.Equal("Done", One(CrashLoopRemedy.Line).Text("Outcome"));
        Resolved("CrashLoop", CrashLoopRemedy.Cmdlet);
        Whole();
        Stop("CrashLoop");
    }

    [SkippableFact]
    public async Task A_worker_that_the_kernel_ends_gets_more_memory()
    {
        await LabAsync();
        Start("OomKill");
        var killed = Until("Get-CivicQServiceInstance celery-worker -Environment lab", one => one.Text("IsOomKilled") == "True");
        Assert.Equal("celery-worker", killed.Text("Service"));
        var result = One("Get-CivicQServiceInstance -Environment lab | Where-Object IsOomKilled | Set-CivicQService -MemoryLimitBytes 128MB");
        Assert.Equal(("Done", "celery-worker"), (result.Text("Outcome"), result.Text("Service")));
        Resolved("OomKill", "Set-CivicQService");
        Whole();
        Assert.Equal("True", Stop("OomKill").Text("Resolved"));
    }

    [SkippableFact]
    public async Task A_probe_that_fails_passes_again_after_a_restart()
    {
        await LabAsync();
        Start("UnreadyProbe");
        var down = Until("Get-CivicQService -Environment lab -Status Down, Degraded", one => one.Text("Service") == "backend");
        Assert.NotEmpty(down.Text("Reason"));
        Assert.Equal("Planned", One("Get-CivicQService backend -Environment lab -Status Down, Degraded | Restart-CivicQService -WhatIf").Text("Outcome"));
        Assert.Equal("False", One("Get-CivicQDrill UnreadyProbe").Text("Resolved"));
        Assert.Equal("Done", One("Get-CivicQService backend -Environment lab -Status Down, Degraded | Restart-CivicQService").Text("Outcome"));
        Resolved("UnreadyProbe", "Restart-CivicQService");
        Whole();
        Stop("UnreadyProbe");
    }

    [SkippableFact]
    public async Task A_leak_ends_with_its_process()
    {
        await LabAsync();
        Start("MemoryPressure");
        Assert.Equal(["redis"], All(Succeed("Get-CivicQServiceUsage -Environment lab | Where-Object MemoryRatio -gt 0.9"), "Service"));
        Assert.Equal("Done", One("Get-CivicQServiceUsage -Environment lab | Where-Object MemoryRatio -gt 0.9 | Restart-CivicQService").Text("Outcome"));
        Resolved("MemoryPressure", "Restart-CivicQService");
        Stop("MemoryPressure");
    }

    [SkippableFact]
    public async Task What_is_not_mended_is_undone_when_drills_are_stopped()
    {
        await LabAsync();
        Start("OomKill");
        Start("UnreadyProbe");
        Assert.Equal(["OomKill", "UnreadyProbe"], All(Succeed("Get-CivicQDrill"), "Name"));
        var stopped = Succeed("Stop-CivicQDrill -Confirm:$false");
        Assert.All(stopped, drill => Assert.Equal(("True", "False"), (drill.Text("Detected"), drill.Text("Resolved"))));
        Assert.Empty(Succeed("Get-CivicQDrill"));
        Whole();
    }

    public override void Dispose()
    {
        base.Dispose();
        Environment.SetEnvironmentVariable("CIVICQ_STATE", before);
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits until all services are ready.</summary>
    private protected void Whole() => Until("Get-CivicQService -Environment lab", null, all => all.Count == 3 && all.All(service => service.Text("Status") == "Ready"));

    /// <summary>Waits until a line gives an object of a kind.</summary>
    private protected object Until(string line, Func<object, bool> fits) => Until(line, fits, all => all.Any(fits))!;

    private object? Until(string line, Func<object, bool>? fits, Func<IReadOnlyList<object>, bool> holds)
    {
        var limit = DateTime.UtcNow.AddMinutes(3);
        while (true)
        {
            var all = Succeed(line);
            if (holds(all))
            {
                return fits is null ? null : all.First(fits);
            }

            Assert.True(DateTime.UtcNow < limit, $"{line}: {string.Join(" ", all.Select(one => $"{one.Text("Service")} {one.Text("Status")} {one.Text("Reason")}"))}");
            Thread.Sleep(200);
        }
    }
}
