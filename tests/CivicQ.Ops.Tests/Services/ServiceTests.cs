using System.Globalization;
using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Services;

/// <summary>The cmdlets for services: every test here runs on Compose and on Kubernetes, and may not know which.</summary>
public abstract class ServiceTests(LabFixture lab, IServicePlatform platform) : CmdletTests(lab)
{
    private protected IServicePlatform Platform => platform;

    private protected async Task<EnvironmentsFile> EnvironmentAsync() => new(("shop", new JsonObject { ["services"] = await platform.ServicesAsync(), ["localHost"] = false }));

    // Those of a revision before may still be stopping.
    private IReadOnlyList<object> Running() => Succeed("Get-CivicQServiceInstance backend -Environment shop | Where-Object State -eq Running");

    [SkippableFact]
    public async Task Services_are_listed_by_either_name()
    {
        using var file = await EnvironmentAsync();
        var all = Succeed("Get-CivicQService -Environment shop");
        Assert.Contains("celery-worker", All(all, "Service"));
        Assert.All(all, service => Assert.Equal(("shop", platform.Name), (service.Text("Environment"), service.Text("Platform"))));
        var backend = Assert.Single(Succeed("Get-CivicQService backend -Environment shop"));
        Assert.Equal(("backend", platform.Backend, platform.Kind, "Ready", ""), (backend.Text("Service"), backend.Text("PlatformName"), backend.Text("Kind"), backend.Text("Status"), backend.Text("Reason")));
        Assert.Equal(backend.Text("Desired"), backend.Text("Ready"));
        Assert.NotEmpty(Items(backend, "Images"));
        Assert.Equal("backend", Assert.Single(Succeed($"Get-CivicQService {platform.Backend} -Environment shop")).Text("Service"));
        Assert.Equal(["backend"], All(Succeed("Get-CivicQService back* -Environment shop -Status Ready"), "Service"));
        Assert.Empty(Succeed("Get-CivicQService -Environment shop -Status Down"));
        Assert.Equal(["backend"], All(Succeed("Get-CivicQService backend -Environment shop | Get-CivicQService"), "Service"));
    }

    [SkippableFact]
    public async Task A_misspelt_name_is_an_error_that_offers_the_nearest()
    {
        using var file = await EnvironmentAsync();
        foreach (var line in new[] { "Get-CivicQService bakend", "Restart-CivicQService bakend", "Undo-CivicQRollout bakend -Confirm:$false", "Wait-CivicQRollout bakend" })
        {
            var result = Invoke($"{line} -Environment shop");
            Assert.Equal(["ServiceNotFound"], Ids(result));
            Assert.Contains("Did you mean 'backend'", Assert.Single(result.Errors).Exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["ServiceInstanceNotFound"], Ids(Invoke("Get-CivicQServiceInstance -Instance nonesuch -Environment shop")));
    }

    [SkippableFact]
    public async Task Instances_are_listed_with_what_they_are()
    {
        using var file = await EnvironmentAsync();
        var instances = Running();
        Assert.All(instances, instance => Assert.Equal(("backend", "Running", "True", ""), (instance.Text("Service"), instance.Text("State"), instance.Text("IsReady"), instance.Text("Reason"))));
        Assert.All(Succeed("Get-CivicQServiceInstance backend -Environment shop -NotReady"), instance => Assert.NotEmpty(instance.Text("Reason")));
        var first = instances[0];
        Assert.NotEmpty(first.Text("Id"));
        Assert.NotEmpty(first.Text("StartedAt"));
        Assert.Equal([first.Text("Instance")], All(Succeed($"Get-CivicQServiceInstance -Instance {first.Text("Instance")} -Environment shop"), "Instance"));
        Assert.Equal([first.Text("Instance")], All(Succeed($"Get-CivicQServiceInstance -Instance {first.Text("Id")} -Environment shop"), "Instance"));
        Assert.Equal(All(instances, "Instance"), All(Succeed("Get-CivicQService backend -Environment shop | Get-CivicQServiceInstance | Where-Object State -eq Running"), "Instance"));
    }

    [SkippableFact]
    public async Task Usage_is_measured()
    {
        using var file = await EnvironmentAsync();
        var usage = Succeed("Get-CivicQServiceUsage backend -Environment shop");
        Assert.Equal(All(Running(), "Instance"), All(usage, "Instance").Order(StringComparer.Ordinal));
        Assert.All(usage, one => Assert.True((long)one.Get("MemoryBytes")! > 0));
        Assert.All(usage, one => Assert.True((double)one.Get("CpuCores")! >= 0));
        Assert.Equal([usage[0].Text("Instance")], All(Succeed($"Get-CivicQServiceInstance -Instance {usage[0].Text("Instance")} -Environment shop | Get-CivicQServiceUsage"), "Instance"));
    }

    [SkippableFact]
    public async Task Programs_run_inside_without_a_shell()
    {
        using var file = await EnvironmentAsync();
        var result = Assert.Single(Succeed("Invoke-CivicQServiceCommand backend sh -ArgumentList '-c', 'echo \"$0 and $1\"; echo wrong >&2; exit 3', 'a b', '; rm -rf /' -Environment shop"));
        Assert.Equal("3", result.Text("ExitCode"));
        Assert.Equal(["a b and ; rm -rf /"], Items(result, "Output"));
        Assert.Equal(["wrong"], Items(result, "ErrorOutput"));
        var read = Invoke("Invoke-CivicQServiceCommand backend cat -InputText 'Grüße' -Environment shop");
        if (read.Errors.Count == 0)
        {
            Assert.Equal(["Grüße"], Items(Assert.Single(read.Output)!, "Output"));
        }
        else
        {
            // Before Kubernetes 1.30 the end of an input cannot be told to the program.
            Assert.Equal((platform.Name, "ServiceActionNotSupported"), ("Kubernetes", Assert.Single(Ids(read))));
        }

        var all = Succeed("Invoke-CivicQServiceCommand backend cat /etc/hostname -All -Environment shop");
        Assert.Equal(Running().Count, all.Count);
        Assert.Empty(Succeed("Invoke-CivicQServiceCommand backend cat /etc/hostname -WhatIf -Environment shop"));
        Assert.Equal(["OperationTimedOut"], Ids(Invoke("Invoke-CivicQServiceCommand backend sleep 60 -TimeoutSeconds 1 -Environment shop")));
        Assert.NotEmpty(Invoke("Invoke-CivicQServiceCommand backend /nonesuch -Environment shop").Errors.Select(error => error.ToString()).Concat(
            All(Invoke("Invoke-CivicQServiceCommand backend /nonesuch -Environment shop").Output, "ExitCode").Where(code => code is "126" or "127")));
    }

    [SkippableFact]
    public async Task WhatIf_changes_nothing()
    {
        using var file = await EnvironmentAsync();
        var (identity, template, workers) = (await platform.IdentityAsync(), await platform.TemplateAsync(), await platform.WorkersAsync());
        foreach (var line in new[]
        {
            "Restart-CivicQService backend -WhatIf", "Restart-CivicQService backend -Rolling -WhatIf",
            $"Set-CivicQService celery-worker -Replicas {workers + 1} -MemoryLimitBytes 128MB -CpuLimitCores 0.5 -WhatIf",
        })
        {
            Assert.Equal("Planned", Assert.Single(Succeed($"{line} -Environment shop")).Text("Outcome"));
        }

        Assert.Empty(Succeed("Lock-CivicQService celery-worker -WhatIf -Environment shop"));
        Assert.Equal((identity, template, workers), (await platform.IdentityAsync(), await platform.TemplateAsync(), await platform.WorkersAsync()));
    }

    [SkippableFact]
    public async Task A_restart_gives_new_instances_that_are_ready()
    {
        using var file = await EnvironmentAsync();
        foreach (var mode in new[] { "", "-Rolling" })
        {
            var before = await platform.IdentityAsync();
            var result = Assert.Single(Succeed($"Get-CivicQService backend -Environment shop | Restart-CivicQService {mode}"));
            Assert.Equal(("Restart", "Done"), (result.Text("Action"), result.Text("Outcome")));
            Assert.Equal(result.Text("Desired"), result.Text("Ready"));
            Assert.NotEqual(before, await platform.IdentityAsync());
            Assert.Equal("Ready", Assert.Single(Succeed("Get-CivicQService backend -Environment shop")).Text("Status"));
        }

        Assert.Equal("Ordered", Assert.Single(Succeed("Restart-CivicQService backend -NoWait -Environment shop")).Text("Outcome"));
        Assert.Equal("True", Assert.Single(Succeed("Wait-CivicQRollout backend -Environment shop")).Text("IsComplete"));
    }

    [SkippableFact]
    public async Task Scale_and_limits_are_set_once()
    {
        using var file = await EnvironmentAsync();
        var before = await platform.WorkersAsync();
        var result = Assert.Single(Succeed($"Set-CivicQService celery-worker -Replicas {before + 1} -Environment shop"));
        Assert.Equal("Done", result.Text("Outcome"));
        Assert.Single(Items(result, "Changes"));
        Assert.Equal(before + 1, await platform.WorkersAsync());
        Assert.Equal("AlreadyThere", Assert.Single(Succeed($"Set-CivicQService celery-worker -Replicas {before + 1} -Environment shop")).Text("Outcome"));
        Assert.Equal("Done", Assert.Single(Succeed("Set-CivicQService celery-worker -MemoryLimitBytes 256MB -CpuLimitCores 0.5 -Environment shop")).Text("Outcome"));
        var usage = Succeed("Get-CivicQServiceUsage celery-worker -Environment shop");
        Assert.All(usage, one => Assert.Equal((268435456L, 0.5), ((long)one.Get("MemoryLimitBytes")!, (double)one.Get("CpuLimitCores")!)));
        Assert.Equal("Done", Assert.Single(Succeed($"Set-CivicQService celery-worker -Replicas {before} -Environment shop")).Text("Outcome"));
        Assert.Equal(["ServiceNothingToSet"], Ids(Invoke("Set-CivicQService celery-worker -Environment shop")));
        Assert.Equal(["ParameterArgumentValidationError"], Ids(Invoke("Set-CivicQService celery-worker -Replicas -1 -Environment shop")));
    }

    [SkippableFact]
    public async Task A_rollout_is_undone_and_undone_again()
    {
        using var file = await EnvironmentAsync();
        if (platform is ComposePlatform)
        {
            Assert.All(Succeed("Publish-CivicQRelease 'the first' -NoBuild -Confirm:$false -Environment shop"), one => Assert.NotEqual("Failed", one.Text("Outcome")));
        }

        var first = await platform.TemplateAsync();
        await platform.ReviseAsync();
        if (platform is ComposePlatform)
        {
            Succeed("Publish-CivicQRelease 'the second' -NoBuild -Confirm:$false -Environment shop");
        }

        var second = await platform.TemplateAsync();
        Assert.NotEqual(first, second);
        var history = Succeed("Get-CivicQRolloutHistory backend -Environment shop");
        Assert.True(history.Count >= 2);
        Assert.Equal("True", history[0].Text("IsCurrent"));
        // What a plain "compose up" brought is a release of its own, and publishing it changes nothing more.
        Assert.Contains(history.Take(2), revision => Items(revision, "Changes").Any());

        var planned = Assert.Single(Succeed("Undo-CivicQRollout backend -WhatIf -Environment shop"));
        Assert.Equal("Planned", planned.Text("Outcome"));
        Assert.NotEmpty(Items(planned, "Changes"));
        Assert.Equal(second, await platform.TemplateAsync());

        var undone = Assert.Single(Succeed("Undo-CivicQRollout backend -Confirm:$false -Environment shop"));
        Assert.Equal(("Done", history[0].Text("Revision")), (undone.Text("Outcome"), undone.Text("FromRevision")));
        Assert.Equal(first, await platform.TemplateAsync());
        Assert.Equal("AlreadyThere", Assert.Single(Succeed(string.Create(
            CultureInfo.InvariantCulture, $"Undo-CivicQRollout backend -ToRevision {Succeed("Get-CivicQRolloutHistory backend -Environment shop")[0].Get("Revision")} -Confirm:$false -Environment shop"))).Text("Outcome"));
        Assert.Equal(["RolloutRevisionNotFound"], Ids(Invoke("Undo-CivicQRollout backend -ToRevision 4711 -Confirm:$false -Environment shop")));

        // To undo twice is to be where one was; a revision that was gone back to has another number by now on Kubernetes.
        var back = Assert.Single(Succeed($"Get-CivicQRolloutHistory backend -Revision {history[0].Text("Revision")} -Environment shop | Undo-CivicQRollout -Confirm:$false"));
        Assert.Equal("Done", back.Text("Outcome"));
        Assert.Equal(second, await platform.TemplateAsync());
    }

    [SkippableFact]
    public async Task A_change_is_done_when_health_is_there_and_failed_when_it_does_not_come()
    {
        var services = await platform.ServicesAsync();
        JsonObject With(JsonObject api, JsonObject? thresholds) => new()
        {
            ["services"] = services.DeepClone(), ["api"] = api, ["tls"] = LabParts.Tls(), ["localHost"] = false, ["timeoutSeconds"] = 60, ["thresholds"] = thresholds,
        };
        var slow = new JsonObject { ["Api.Response"] = new JsonObject { ["degraded"] = 0.0000001, ["unhealthy"] = 1000 } };
        var gone = new JsonObject { ["url"] = $"http://127.0.0.1:{LoopbackServer.ClosedPort()}" };
        using var file = new EnvironmentsFile(("slow", With(LabParts.Api(), slow)), ("gone", With(gone, null)));
        var done = Assert.Single(Succeed("Restart-CivicQService celery-worker -HealthComponent Api -Environment slow"));
        Assert.Equal(("Done", "Degraded"), (done.Text("Outcome"), done.Text("Health")));

        // Without a word the environment's API counts; without health it does not.
        var result = Invoke("Restart-CivicQService celery-worker -TimeoutSeconds 15 -Environment gone");
        var failed = Assert.Single(result.Output)!;
        Assert.Equal(("Failed", "Unhealthy"), (failed.Text("Outcome"), failed.Text("Health")));
        Assert.Equal(["ServiceNotHealthyAfterChange"], Ids(result));
        var skipped = Assert.Single(Succeed("Restart-CivicQService celery-worker -SkipHealth -Environment gone"));
        Assert.Equal(("Done", ""), (skipped.Text("Outcome"), skipped.Text("Health")));
        Assert.Equal(["ComponentNotFound"], Ids(Invoke("Restart-CivicQService celery-worker -HealthComponent Nonesuch -Environment gone")));
    }

    [SkippableFact]
    public async Task What_is_followed_ends_with_Ctrl_C()
    {
        using var file = await EnvironmentAsync();
        foreach (var line in new[] { "Get-CivicQLog backend -Follow -Environment shop", "Get-CivicQEvent backend -Follow -Environment shop" })
        {
            using var stop = new CancellationTokenSource();
            var running = Session.InvokeAsync(line, cancellationToken: stop.Token);
            await Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None);
            Assert.False(running.IsCompleted, line);
            await stop.CancelAsync();
            var result = await running.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.True(result.Stopped);
            Assert.Empty(result.Errors);
        }

        Assert.Equal(["LogPreviousFollowed"], Ids(Invoke("Get-CivicQLog backend -Follow -Previous -Environment shop")));
    }

    [SkippableFact]
    public async Task Levels_and_containers_choose()
    {
        using var file = await EnvironmentAsync();
        var all = Succeed("Get-CivicQLog backend -Environment shop");
        Assert.All(Succeed("Get-CivicQLog backend -Level Information -Environment shop"), entry => Assert.NotEqual("Unknown", entry.Text("Level")));
        Assert.Empty(Succeed("Get-CivicQLog backend -Level Critical -Environment shop"));
        Assert.Empty(Succeed("Get-CivicQLog backend -Container nonesuch -Environment shop"));
        Assert.NotEmpty(Succeed("Get-CivicQLog backend -Container * -Environment shop"));
        Assert.NotEmpty(all);
        Assert.All(Succeed("Get-CivicQEvent -Level Warning -Environment shop"), one => Assert.Equal("Warning", one.Text("Level")));
        var main = Items(Running()[0], "Containers")[0];
        Assert.Equal("0", Assert.Single(Succeed($"Invoke-CivicQServiceCommand backend true -Container {main} -Environment shop")).Text("ExitCode"));
    }

    [SkippableFact]
    public async Task Events_tell_what_happened()
    {
        using var file = await EnvironmentAsync();
        Succeed("Restart-CivicQService backend -Environment shop");
        var events = Succeed("Get-CivicQEvent backend -Environment shop -Since 01:00:00");
        Assert.NotEmpty(events);
        Assert.All(events, one => Assert.Equal("backend", one.Text("Service")));
        var times = events.Select(one => (DateTimeOffset)one.Get("At")!).ToList();
        Assert.Equal(times.Order(), times);
        Assert.Empty(Succeed("Get-CivicQEvent backend -Environment shop -Until 2020-01-01"));
        Assert.True(Succeed("Get-CivicQEvent -Environment shop").Count >= events.Count);
    }

    [SkippableFact]
    public async Task The_log_of_all_instances_is_read_and_filtered()
    {
        using var file = await EnvironmentAsync();
        Succeed("Invoke-CivicQServiceCommand backend true -All -Environment shop");
        var entries = Succeed("Get-CivicQLog backend -Environment shop");
        Assert.NotEmpty(entries);
        Assert.All(entries, entry => Assert.Equal(("shop", "backend"), (entry.Text("Environment"), entry.Text("Service"))));
        Assert.Contains(entries, entry => entry.Text("Message").Contains("Application startup complete", StringComparison.Ordinal));
        Assert.Contains("Information", All(Succeed("Get-CivicQLog backend -Match 'startup complete' -Environment shop"), "Level"));
        Assert.Empty(Succeed("Get-CivicQLog backend -Match 'no such words' -Environment shop"));
        Assert.Empty(Succeed("Get-CivicQLog backend -Until 2020-01-01 -Environment shop"));
        var running = Running();
        Assert.Equal(running.Count, All(Succeed("Get-CivicQServiceInstance backend -Environment shop | Where-Object State -eq Running | Get-CivicQLog -Tail 1"), "Instance").Distinct().Count());
        // The backend writes a line for every look at its health.
        Assert.True(Succeed("Get-CivicQService backend -Environment shop | Get-CivicQLog").Count >= entries.Count);
    }

    [SkippableFact]
    public async Task Health_sees_the_services()
    {
        using var file = await EnvironmentAsync();
        var results = Succeed("Get-CivicQHealth Services -Environment shop");
        Assert.Equal(["Down", "Degraded"], All(results, "Check"));
        Assert.All(results, one => Assert.Equal("Healthy", one.Text("Status")));
        Assert.Equal("Healthy", Assert.Single(Succeed("Invoke-CivicQDailyCheck 1 -Environment shop")).Text("Status"));
    }
}
