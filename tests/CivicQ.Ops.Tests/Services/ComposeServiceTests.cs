using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Services;

/// <summary>Services on Compose.</summary>
public sealed class ComposeServiceTests(LabFixture lab, ComposePlatform platform) : ServiceTests(lab, platform), IClassFixture<ComposePlatform>
{
    [SkippableFact]
    public async Task A_release_that_does_not_start_is_taken_back()
    {
        using var file = await EnvironmentAsync();
        Succeed("Publish-CivicQRelease 'good' -NoBuild -Confirm:$false -Environment shop");
        var good = await platform.TemplateAsync();
        await platform.BuildAsync("RUN rm /srv/app/main.py");
        var result = Invoke("Publish-CivicQRelease 'bad' -NoBuild -TimeoutSeconds 60 -Confirm:$false -Environment shop");
        Assert.Contains("BackedOut", All(result.Output, "Outcome"));
        Assert.NotEmpty(result.Errors);
        Assert.Equal(good, await platform.TemplateAsync());
        Assert.Equal("Done", Assert.Single(Succeed("Restart-CivicQService backend -Environment shop")).Text("Outcome"));
        Assert.Empty(Succeed("Publish-CivicQRelease -WhatIf -Environment shop"));
    }

    [SkippableFact]
    public async Task An_engine_that_is_away_is_an_error_at_once()
    {
        await platform.ServicesAsync();
        using var file = new EnvironmentsFile(("dead", new JsonObject { ["services"] = new JsonObject { ["compose"] = new JsonObject { ["host"] = "unix:///nonexistent/docker.sock" } } }));
        Assert.Equal(["DockerUnreachable"], Ids(Invoke("Get-CivicQService -Environment dead")));
        Assert.Equal("Unhealthy", Assert.Single(Succeed("Get-CivicQHealth Services -Environment dead")).Text("Status"));
    }
}
