using System.Globalization;
using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Database;

/// <summary>
/// Migrations where the application lives: the real Alembic of the image lab/civicq, in a container of Compose and in a pod, against the lab's database. The service
/// <c>other</c> has another database in its DATABASE_URL.
/// </summary>
public sealed class ServiceMigrationTests(LabFixture lab) : CmdletTests(lab), IAsyncLifetime
{
    private const string Seeded = "a3f81c0d92e4";
    private const string Head = "d18b3c6e4f72";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cq-alembic-");
    private readonly string project = $"cq{Guid.NewGuid():N}"[..12];
    private readonly DateTimeOffset began = DateTimeOffset.UtcNow;
    private KubernetesNamespace? space;
    private DockerLab? docker;

    private static string Scripts => Path.Combine(Suite.Folder, "state", "lab", "alembic");

    private static string Password => File.ReadAllText(LabParts.SecretFile("database")).Trim();

    private string ComposeFile => Path.Combine(folder.FullName, "compose.yml");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (docker is not null && File.Exists(ComposeFile))
        {
            await docker.DockerAsync(["compose", "-p", project, "-f", ComposeFile, "down", "-t", "0"]);
        }

        if (space is not null)
        {
            await space.DisposeAsync();
        }

        folder.Delete(recursive: true);
        if (All(Succeed("Get-CivicQMigration -Environment lab -Current"), "Revision") is not [Seeded])
        {
            Succeed($"Undo-CivicQMigration {Seeded} -Environment lab -Confirm:$false -SkipBackup");
        }
    }

    [SkippableTheory]
    [InlineData("Compose")]
    [InlineData("Kubernetes")]
    public async Task Alembic_runs_where_the_application_lives(string platform)
    {
        var services = platform == "Compose" ? await ComposeAsync() : await KubernetesAsync();
        using var file = new EnvironmentsFile(
            ("inside", Environment(services, "backend")), ("other", Environment(services, "other")), ("misspelt", Environment(services, "bakend")),
            ("relative", Environment(services, "backend", "migrations")), ("nowhere", Environment(services, "backend", "/nonesuch")),
            ("programless", Environment(services, "backend", program: "no-such-alembic")));
        var all = Succeed("Get-CivicQMigration -Environment inside");
        Assert.Equal(["1b6e0f4a7c21", "5d2c9b81e3f0", "8e47a1d6b925", Seeded, "c7d90e5f1a38", Head], All(all, "Revision"));
        Assert.All(all, one => Assert.StartsWith("/srv/migrations/versions/", one.Text("File"), StringComparison.Ordinal));
        var instance = Assert.Single(Succeed("Get-CivicQServiceInstance backend -Environment inside")).Text("Instance");

        var planned = Assert.Single(Succeed("Update-CivicQMigration -Environment inside -WhatIf"));
        Assert.Equal(("Planned", instance), (planned.Text("Outcome"), planned.Text("Instance")));
        Assert.Contains("ALTER TABLE users", planned.Text("Sql"), StringComparison.Ordinal);
        Assert.Equal([Seeded], All(Succeed("Get-CivicQMigration -Environment inside -Current"), "Revision"));

        var up = Invoke("Update-CivicQMigration -Environment inside -LockTimeoutSeconds 5 -Verbose -Confirm:$false");
        Assert.Empty(up.Errors);
        Assert.Equal(("Migrated", instance), (Assert.Single(up.Output)!.Text("Outcome"), up.Output[0]!.Text("Instance")));
        Assert.Contains(up.Verbose, line => line.Contains($"Running upgrade {Seeded} -> c7d90e5f1a38", StringComparison.Ordinal));
        Assert.Equal([Head], All(Succeed("Get-CivicQMigration -Environment lab -Current"), "Revision"));
        Assert.DoesNotContain(Password, Everything(up), StringComparison.Ordinal);

        // Whose database is another one must not be touched, though the environment's own is to move.
        var elsewhere = Invoke("Undo-CivicQMigration -Environment other -SkipBackup -Confirm:$false");
        Assert.Equal(["MigrationOtherDatabase"], Ids(elsewhere));
        Assert.DoesNotContain(Password, Everything(elsewhere), StringComparison.Ordinal);
        Assert.Equal([Seeded], Items(Assert.Single(Succeed($"Undo-CivicQMigration {Seeded} -SkipBackup -Environment inside -Confirm:$false")), "To"));
        Assert.Equal([Seeded], All(Succeed("Get-CivicQMigration -Environment lab -Current"), "Revision"));

        Assert.Equal(["ServiceNotFound"], Ids(Invoke("Get-CivicQMigration -Environment misspelt")));
        Assert.Equal(["MigrationProjectNotFound"], Ids(Invoke("Get-CivicQMigration -Environment relative")));
        var nowhere = Invoke("Get-CivicQMigration -Environment nowhere");
        Assert.Equal(["MigrationProjectNotFound"], Ids(nowhere));
        Assert.Contains("/nonesuch/alembic.ini", nowhere.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Equal(["MigrationProgramNotInstalled"], Ids(Invoke("Update-CivicQMigration -SkipBackup -Environment programless -Confirm:$false")));

        var tests = Succeed("Test-CivicQEnvironment inside").Where(one => one.Text("Component") == "Migrations").ToList();
        Assert.Equal(["Scripts True", "Program True"], tests.Select(one => $"{one.Text("Check")} {one.Text("Passed")}"));
        if (platform == "Compose")
        {
            // What the engine was asked to run, word by word.
            var commands = await docker!.DockerAsync(
                "events", "--since", began.ToString("O", CultureInfo.InvariantCulture), "--until", "0s", "--filter", $"label=com.docker.compose.project={project}", "--format", "{{json .}}");
            Assert.Contains("alembic", commands, StringComparison.Ordinal);
            Assert.DoesNotContain(Password, commands, StringComparison.Ordinal);
        }
    }

    private static JsonObject Environment(JsonObject services, string service, string at = "/srv/migrations", string program = "alembic")
    {
        var database = LabParts.Database();
        database["migrations"] = new JsonObject { ["service"] = service, ["folder"] = at, ["program"] = program };
        var result = LabParts.Only("database", database);
        result["services"] = services.DeepClone();
        return result;
    }

    private static string Address(string database) => string.Create(
        CultureInfo.InvariantCulture, $"postgresql://civicq:{Uri.EscapeDataString(Password)}@127.0.0.1:{LabParts.Port("Postgres")}/{database}?sslmode=disable");

    private async Task<JsonObject> ComposeAsync()
    {
        docker = await DockerLab.GetAsync();
        await File.WriteAllTextAsync(ComposeFile, string.Join('\n', ["services:", .. new[] { ("backend", "civicq"), ("other", "template1") }.Select(pair => $"""
              {pair.Item1}:
                image: lab/civicq:latest
                pull_policy: never
                network_mode: host
                init: true
                command: [sleep, "100000"]
                environment: ["DATABASE_URL={Address(pair.Item2)}"]
                volumes: ["{Scripts}:/srv/migrations:ro"]
            """)]));
        await docker.DockerAsync(["compose", "-p", project, "-f", ComposeFile, "up", "-d"]);
        return new JsonObject { ["compose"] = new JsonObject { ["project"] = project, ["host"] = docker.Host, ["files"] = new JsonArray(ComposeFile) } };
    }

    private async Task<JsonObject> KubernetesAsync()
    {
        space = await KubernetesNamespace.CreateAsync();
        foreach (var (name, database) in new[] { ("civicq-api", "civicq"), ("other", "template1") })
        {
            await space.ApplyAsync($$$"""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: {{{name}}}}
                spec:
                  selector: {matchLabels: {app: {{{name}}}}}
                  template:
                    metadata: {labels: {app: {{{name}}}}}
                    spec:
                      hostNetwork: true
                      terminationGracePeriodSeconds: 0
                      volumes: [{name: scripts, hostPath: {path: "{{{Scripts}}}"}}]
                      containers:
                        - name: api
                          image: lab/civicq:latest
                          imagePullPolicy: Never
                          command: [sleep, "100000"]
                          env: [{name: DATABASE_URL, value: "{{{Address(database)}}}"}]
                          volumeMounts: [{name: scripts, mountPath: /srv/migrations, readOnly: true}]
                """);
            await space.KubectlAsync("rollout", "status", $"deployment/{name}", "--timeout=180s");
        }

        return new JsonObject { ["kubernetes"] = new JsonObject { ["files"] = new JsonArray(space.Lab.Kubeconfig), ["context"] = "lab", ["namespace"] = space.Name } };
    }
}
