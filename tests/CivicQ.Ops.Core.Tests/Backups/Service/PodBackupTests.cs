using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Backups.Physical;
using CivicQ.Ops.Core.Tests.Services.Kubernetes;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Backups.Service;

/// <summary>Backups of a database and of a Redis in pods by the programs there, on the lab's cluster.</summary>
public sealed class PodBackupTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private KubernetesNamespace space = null!;
    private string address = "";
    private string redis = "";

    public async Task InitializeAsync()
    {
        space = await KubernetesNamespace.CreateAsync();
        await space.ApplyAsync(
            Cluster.Deployment("postgres", "exec /usr/local/bin/pg-entry.sh", Ready("pg_isready -h 127.0.0.1 -U postgres"), image: "lab/civicq:latest")
            + Cluster.Deployment("redis", "exec redis-server --bind 0.0.0.0 --requirepass secret --dir /tmp", Ready("redis-cli -a secret ping"), image: "lab/civicq:latest"));
        await space.KubectlAsync("rollout", "status", "deployment/postgres", "--timeout=180s");
        await space.KubectlAsync("rollout", "status", "deployment/redis", "--timeout=180s");
        address = await space.KubectlAsync("get", "pods", "-l", "app=postgres", "-o", "jsonpath={.items[0].status.podIP}");
        redis = await space.KubectlAsync("get", "pods", "-l", "app=redis", "-o", "jsonpath={.items[0].status.podIP}");
    }

    public async Task DisposeAsync()
    {
        folder.Dispose();
        if (space is not null)
        {
            await space.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task Backups_are_made_in_pods_and_what_a_cluster_cannot_do_is_refused()
    {
        await ExecuteAsync("CREATE TABLE users AS SELECT g AS id, md5(g::text) || md5((g * 7)::text) AS note FROM generate_series(1, 150000) g");
        var made = await BackupFixture.BackupAsync(Context());
        Assert.Equal((BackupFormat.Custom, 150_000L, true), (made.Format, made.Rows, made.Verified));
        var test = await FirstAsync(Context(), BackupKind.Logical);
        Assert.True(test.Passed, test.Reason);

        // Cancelled in the middle: the API has no signal for the program, the database ends its session.
        using (var stop = new CancellationTokenSource())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => BackupFixture.BackupAsync(Context(reporter: new StoppingReporter(stop, 8)), new LogicalOptions { CountRows = false }, stop.Token));
        }

        await KubernetesNamespace.UntilAsync("pg_dump ends in the pod", async () => !(await ProgramsAsync()).Contains("pg_dump", StringComparison.Ordinal));
        Assert.Single(Directory.EnumerateFiles(folder.Path, "*.dump.zst", SearchOption.AllDirectories));

        // Before Kubernetes 1.30 a program cannot be told that its input is over.
        var refused = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.RestoreAsync(Context(), new RestoreOptions { TargetDatabase = "beside" }));
        Assert.Equal(BackupErrors.ServiceTakesNoInput, refused.Definition);
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM pg_database WHERE datname = 'beside' OR datname LIKE 'civicq\\_restore\\_%'"));
        // The way out that the error names.
        var restored = await BackupFixture.RestoreAsync(Context(service: null), new RestoreOptions { TargetDatabase = "beside" });
        Assert.Equal((150_000L, true), (restored.Rows, restored.Verified));

        // A program that is not where Debian has it is looked for on the PATH; one that is nowhere is said.
        await space.KubectlAsync("exec", "deploy/postgres", "--", "sh", "-c", "mv /usr/lib/postgresql/15/bin/pg_dump /usr/local/bin/pg_dump");
        Assert.True((await BackupFixture.BackupAsync(Context())).Verified);
        await space.KubectlAsync("exec", "deploy/postgres", "--", "sh", "-c", "rm /usr/local/bin/pg_dump /usr/bin/pg_dump");
        var missing = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(Context()));
        Assert.Equal(BackupErrors.ProgramNotInstalled, missing.Definition);

        await using (var stream = await RedisConnector.OpenStreamAsync(Context(), Context().Environment.Cache!, TimeSpan.FromMinutes(1), CancellationToken.None))
        {
            await stream.CallAsync(CancellationToken.None, ["SET", "kept", new string('x', 100_000)]);
        }

        var snapshot = await new CacheBackup(Context(), new CacheBackupOptions { Method = CacheBackupMethod.Snapshot }).RunAsync(CancellationToken.None);
        Assert.Equal((CacheBackupLocation.Store, true, 1L), (snapshot.Location, snapshot.Verified, snapshot.Keys));
        Assert.Equal((true, 1), ((await FirstAsync(Context(), BackupKind.Cache)).Passed, (await FirstAsync(Context(), BackupKind.Cache)).Entries));
    }

    private static string Ready(string command) =>
        $"readinessProbe: {{exec: {{command: [sh, -c, {System.Text.Json.JsonSerializer.Serialize(command)}]}}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 60}}";

    private static async Task<BackupTestResult> FirstAsync(EnvironmentContext context, BackupKind kind)
    {
        await foreach (var test in BackupExaminer.TestAsync(context, new BackupQuery { Kind = kind }, error => throw error, CancellationToken.None))
        {
            return test;
        }

        throw new InvalidOperationException("There is no backup.");
    }

    private Task<string> ProgramsAsync() => space.KubectlAsync("exec", "deploy/postgres", "--", "sh", "-c", "for p in /proc/[0-9]*; do readlink $p/exe; done 2>/dev/null; true");

    private EnvironmentContext Context(string? service = "postgres", IOperationReporter? reporter = null) => new(
        new CivicQEnvironment
        {
            Name = "pods", LocalHost = false, TimeoutSeconds = 60,
            Database = new DatabaseSettings { Host = address, Name = "civicq", User = "civicq", SslMode = "disable", Password = new SecretReference(SecretScheme.Variable, "P") },
            Cache = new RedisSettings { Host = redis, Password = new SecretReference(SecretScheme.Variable, "R") },
            Services = new ServicesSettings { Kubernetes = new KubernetesSettings { Files = [space.Lab.Kubeconfig], Context = "lab", Namespace = space.Name } },
            Backups = new BackupSettings { Folder = folder.Path, Service = service },
        },
        new PairOfSecrets(), reporter ?? NullReporter.Instance);

    private async Task ExecuteAsync(string sql) => await ScalarAsync(sql);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = address, Database = "civicq", Username = "civicq", Password = "civicq", SslMode = SslMode.Disable, Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        return await command.ExecuteScalarAsync();
    }

    private sealed class PairOfSecrets : ISecretResolver
    {
        public ValueTask<string> ResolveAsync(SecretReference reference, CancellationToken cancellationToken) => ValueTask.FromResult(reference.Location == "P" ? "civicq" : "secret");
    }
}
