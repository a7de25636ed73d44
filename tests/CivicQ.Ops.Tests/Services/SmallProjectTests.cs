using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Services;

/// <summary>What needs no whole stack: two small Compose projects whose services have the same names, in two environments.</summary>
public sealed class SmallProjectTests(LabFixture lab) : CmdletTests(lab), IAsyncLifetime
{
    private const string Idle = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $$!; done";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cq-small-");
    private readonly string[] projects = [$"cq{Guid.NewGuid():N}"[..12], $"cq{Guid.NewGuid():N}"[..12]];
    private DockerLab docker = null!;
    private EnvironmentsFile? file;

    public async Task InitializeAsync() => docker = await DockerLab.GetAsync();

    public async Task DisposeAsync()
    {
        if (docker is not null)
        {
            foreach (var project in projects.Where(project => File.Exists(Compose(project))))
            {
                await docker.DockerAsync("compose", "-p", project, "-f", Compose(project), "down", "-t", "0", "--remove-orphans");
            }

            var names = (await docker.DockerAsync("images", "--format", "{{.Repository}}:{{.Tag}}")).Split('\n').Where(name => projects.Any(project => name.Contains(project, StringComparison.Ordinal))).ToList();
            if (names.Count > 0)
            {
                await docker.DockerAsync(["rmi", "-f", .. names]);
            }
        }

        file?.Dispose();
        folder.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task A_release_is_built_and_judged_by_the_health_that_was_asked_for()
    {
        var gone = new JsonObject { ["url"] = $"http://127.0.0.1:{LoopbackServer.ClosedPort()}" };
        await StartAsync(projects[0], Idle, up: false);
        Environments(projects[..1], services => new JsonObject { ["services"] = services, ["api"] = gone, ["localHost"] = false, ["timeoutSeconds"] = 60 });

        var skipped = Assert.Single(Succeed("Publish-CivicQRelease 'first' -SkipHealth -Confirm:$false -Environment e0"));
        Assert.Equal(("app", "Done", ""), (skipped.Text("Service"), skipped.Text("Outcome"), skipped.Text("Health")));
        var first = await ImageAsync(projects[0]);

        await StartAsync(projects[0], Idle + " # two", up: false, line: "LABEL release=two");
        var result = Invoke("Publish-CivicQRelease 'second' -HealthComponent Api -TimeoutSeconds 10 -Confirm:$false -Environment e0");
        Assert.Equal("Failed", Assert.Single(result.Output)!.Text("Outcome"));
        Assert.Equal(["ServiceNotHealthyAfterChange"], Ids(result));
        // Healthy it is not with the old image either: it went back all the same.
        Assert.Equal(first, await ImageAsync(projects[0]));
        Assert.Equal(["ComponentNotFound"], Ids(Invoke("Publish-CivicQRelease -HealthComponent Nonesuch -Confirm:$false -Environment e0")));
        Assert.Equal("Ordered", Assert.Single(Succeed("Publish-CivicQRelease 'third' -NoWait -Confirm:$false -Environment e0")).Text("Outcome"));
        Assert.NotEqual(first, await ImageAsync(projects[0]));
        Assert.Equal("third", Succeed("Get-CivicQRolloutHistory app -Environment e0")[0].Text("ChangeCause"));
    }

    [SkippableFact]
    public async Task Two_environments_with_the_same_names_are_told_apart_and_their_logs_are_in_one_order()
    {
        const string Talk = "for i in 1 2 3 4 5 6 7 8 9 10; do echo line $$i; sleep 0.1; done; " + Idle;
        await Task.WhenAll(projects.Select(project => StartAsync(project, Talk)));
        Environments(projects, services => new JsonObject { ["services"] = services, ["localHost"] = false });
        await UntilAsync(() => projects.Length == Succeed("Get-CivicQLog app -Match 'line 10' -Environment e0, e1").Count);

        var entries = Succeed("Get-CivicQLog app -Environment e0, e1");
        Assert.Equal(20, entries.Count);
        var times = entries.Select(entry => (DateTimeOffset)entry.Get("PlatformTime")!).ToList();
        Assert.Equal(times.Order(), times);
        Assert.All(entries.GroupBy(entry => entry.Text("Environment")), each => Assert.Equal(10, each.Count()));
        // One environment that cannot be read holds up nobody.
        var result = Invoke("Get-CivicQLog app -Environment e0, e1, dead");
        Assert.Equal(["DockerUnreachable"], Ids(result));
        Assert.Equal(20, result.Output.Count);
        Assert.Equal(20, Succeed("Get-CivicQLog app -ThrottleLimit 1 -Environment e0, e1").Count);
        Assert.Equal(20, Succeed("Get-CivicQService app -Environment e0, e1 | Get-CivicQLog").Count);
        Assert.Single(Succeed("Get-CivicQLog app -Environment e0, e1 | Select-Object -First 1"));

        // The one is scaled, the other stays.
        var none = Assert.Single(Succeed("Set-CivicQService app -Replicas 0 -TimeoutSeconds 120 -Environment e0"));
        Assert.Equal(("Done", "0", "0"), (none.Text("Outcome"), none.Text("Desired"), none.Text("Ready")));
        Assert.Equal(["0", "1"], All(Succeed("Get-CivicQService app -Environment e0, e1 | Sort-Object Environment"), "Ready"));
        var two = Assert.Single(Succeed("Set-CivicQService app -Replicas 2 -TimeoutSeconds 120 -Environment e0"));
        Assert.Equal(("Done", "2", "2"), (two.Text("Outcome"), two.Text("Desired"), two.Text("Ready")));
        Assert.Single(Succeed("Get-CivicQServiceInstance app -Environment e1"));
    }

    [SkippableFact]
    public async Task Whatever_a_program_writes_is_read()
    {
        // A megabyte in one line, bytes that are no UTF-8, colours, NUL, an empty line, and an end without a line's end.
        const string Mess = "head -c 1500000 /dev/zero | tr '\\000' 'x'; echo; printf '\\377\\376\\200 bytes\\n'; printf '\\033[31mred\\033[0m \\000 nul\\n'; echo; printf 'a\\rb\\n'; printf 'no end'";
        await StartAsync(projects[0], Mess);
        Environments(projects[..1], services => new JsonObject { ["services"] = services, ["localHost"] = false });
        await UntilAsync(() => Succeed("Get-CivicQLog -Environment e0 -Match 'no end'").Count == 1);

        var texts = All(Succeed("Get-CivicQLog -Environment e0"), "Text");
        Assert.Equal(1_500_000, texts.Where(text => text.StartsWith('x')).Sum(text => text.Length));
        Assert.Contains("\uFFFD\uFFFD\uFFFD bytes", texts);
        Assert.Contains("red \uFFFD nul", texts);
        Assert.Contains("a b", texts);
        Assert.Equal("no end", texts[^1]);
        Assert.DoesNotContain(texts, text => text.Contains('\u001b', StringComparison.Ordinal) || text.Contains('\0', StringComparison.Ordinal));
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var end = DateTime.UtcNow.AddMinutes(3);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < end, "It did not come within three minutes.");
            await Task.Delay(300);
        }
    }

    private string Compose(string project) => Path.Combine(folder.FullName, project, "compose.yml");

    private async Task StartAsync(string project, string script, bool up = true, string line = "")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Compose(project))!);
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(Compose(project))!, "Dockerfile"), $"FROM lab/busybox:latest\n{line}\n");
        await File.WriteAllTextAsync(Compose(project), $$"""
            services:
              app:
                image: lab/{{project}}:latest
                build: {context: ., network: none}
                network_mode: none
                command: [sh, -c, {{System.Text.Json.JsonSerializer.Serialize(script)}}]
            """);
        if (up)
        {
            await docker.DockerAsync("compose", "-p", project, "-f", Compose(project), "up", "-d", "--build");
        }
    }

    private void Environments(string[] names, Func<JsonObject, JsonObject> make)
    {
        file = new EnvironmentsFile(
        [
            .. names.Select((project, index) => ($"e{index}", make(new JsonObject
            {
                ["compose"] = new JsonObject { ["project"] = project, ["host"] = docker.Host, ["files"] = new JsonArray(Compose(project)) },
            }))),
            ("dead", new JsonObject { ["services"] = new JsonObject { ["compose"] = new JsonObject { ["host"] = "unix:///nonexistent/docker.sock" } } }),
        ]);
    }

    private Task<string> ImageAsync(string project) => docker.DockerAsync("inspect", "--format", "{{.Image}}", $"{project}-app-1");
}
