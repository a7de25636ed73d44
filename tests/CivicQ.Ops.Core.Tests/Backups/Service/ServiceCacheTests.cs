using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Cache;
using CivicQ.Ops.Core.Cache.Backups;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Backups.Service;

/// <summary>Redis in a container, which saves its data there itself.</summary>
[Collection(ServiceBackupCollection.Name)]
public sealed class ServiceCacheTests(ServiceBackupFixture fixture) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    public Task InitializeAsync() => fixture.StartAsync();

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [SkippableFact]
    public async Task The_file_that_the_server_saved_is_fetched_from_its_container()
    {
        var lab = fixture.Lab!;
        var container = await lab.ComposeAsync("ps", "-q", "redis");
        var host = await lab.Docker.DockerAsync("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container);
        var context = Context(host, services: true);
        await using (var stream = await RedisConnector.OpenStreamAsync(context, context.Environment.Cache!, TimeSpan.FromMinutes(1), CancellationToken.None))
        {
            for (var i = 0; i < 50; i++)
            {
                await stream.CallAsync(CancellationToken.None, ["SET", $"kept:{i}", new string('x', 5000)]);
            }
        }

        var made = await new CacheBackup(context, new CacheBackupOptions { Method = CacheBackupMethod.Snapshot }).RunAsync(CancellationToken.None);
        Assert.Equal((CacheBackupMethod.Snapshot, CacheBackupLocation.Store, true), (made.Method, made.Location, made.Verified));
        Assert.True(made.Keys >= 50);
        var test = await FirstAsync(context);
        Assert.Equal((true, made.Keys), (test.Passed, test.Entries));

        // A backup of the whole that is restored where a key was changed and one was lost.
        await using (var stream = await RedisConnector.OpenStreamAsync(context, context.Environment.Cache!, TimeSpan.FromMinutes(1), CancellationToken.None))
        {
            await stream.CallAsync(CancellationToken.None, ["SET", "kept:1", "changed"]);
            await stream.CallAsync(CancellationToken.None, ["DEL", "kept:2"]);
        }

        await using var finder = new CacheBackupFinder(context);
        var source = await finder.FindAsync(made.Name, CancellationToken.None);
        var options = new CacheRestoreOptions { Patterns = ["kept:*"], Mode = CacheRestoreMode.Merge };
        var plan = await new CacheRestorePlanner(context).PlanAsync(source, options, CancellationToken.None);
        await new CacheRestorer(context, source, plan).RunAsync(new CacheBackupOptions(), CancellationToken.None);
        await using var after = await RedisConnector.OpenStreamAsync(context, context.Environment.Cache!, TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal(5000, (await after.CallAsync(CancellationToken.None, ["GET", "kept:1"])).Text.Length);
        Assert.Equal(5000, (await after.CallAsync(CancellationToken.None, ["GET", "kept:2"])).Text.Length);

        // Without services nobody knows where the file is.
        var reporter = new RecordingReporter();
        var alone = await new CacheBackup(Context(host, services: false, reporter), new CacheBackupOptions { Method = CacheBackupMethod.Snapshot }).RunAsync(CancellationToken.None);
        Assert.Equal((CacheBackupLocation.Server, "/tmp/dump.rdb", false), (alone.Location, alone.Path, alone.Verified));
        Assert.Contains(reporter.Warnings, said => said.Contains("cannot be fetched from here", StringComparison.Ordinal));
    }

    private static async Task<BackupTestResult> FirstAsync(EnvironmentContext context)
    {
        await foreach (var test in BackupExaminer.TestAsync(context, new BackupQuery { Kind = BackupKind.Cache }, error => throw error, CancellationToken.None))
        {
            return test;
        }

        throw new InvalidOperationException("There is no backup.");
    }

    private EnvironmentContext Context(string host, bool services, IOperationReporter? reporter = null) => new(
        new CivicQEnvironment
        {
            Name = "cache-" + Guid.NewGuid().ToString("N")[..8], LocalHost = false, TimeoutSeconds = 60,
            Cache = new RedisSettings { Host = host, Password = new SecretReference(SecretScheme.Variable, "P") },
            Services = services ? new ServicesSettings { Compose = new ComposeSettings { Project = fixture.Lab!.Project, Host = fixture.Lab.Docker.Host, Files = [fixture.Lab.File] } } : null,
            Backups = new BackupSettings { Folder = folder.Path },
        },
        new FixedSecrets("secret"), reporter ?? NullReporter.Instance);
}
