using CivicQ.Ops.Core.Backups;
using CivicQ.Ops.Core.Backups.Logical;
using CivicQ.Ops.Core.Backups.Physical;
using CivicQ.Ops.Core.Backups.Recovery;
using CivicQ.Ops.Core.Backups.Restore;
using CivicQ.Ops.Core.Backups.Verification;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Tests.Backups.Physical;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Backups.Service;

/// <summary>Backups of a database in a container by the programs of that container, on the lab's Compose project.</summary>
[Collection(ServiceBackupCollection.Name)]
public sealed class ServiceBackupTests(ServiceBackupFixture fixture) : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    public Task InitializeAsync() => fixture.StartAsync();

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [SkippableFact]
    public async Task A_logical_backup_is_made_tested_and_restored_by_the_programs_of_the_container()
    {
        var database = await fixture.MakeAsync(50_000);
        var reporter = new RecordingReporter();
        var context = fixture.Context(database, folder.Path, reporter);
        var made = await BackupFixture.BackupAsync(context);
        Assert.Equal((BackupFormat.Custom, database, 2, 50_002L, true), (made.Format, made.Database, made.Tables, made.Rows, made.Verified));
        Assert.StartsWith("pg_dump (PostgreSQL) 15", made.Manifest.Tool, StringComparison.Ordinal);
        Assert.Contains(reporter.All, said => said.Contains("PostgreSQL's programs are run in", StringComparison.Ordinal));
        Assert.Contains(reporter.All, said => said.Contains("dumping contents of table", StringComparison.Ordinal));
        var test = Assert.Single(await ListAsync(context));
        Assert.True(test.Passed && test.Entries > 5, test.Reason);

        await fixture.ExecuteAsync(database, "DELETE FROM users");
        var beside = await BackupFixture.RestoreAsync(context, new RestoreOptions { TargetDatabase = database + "_beside", Jobs = 3 });
        Assert.Equal((50_002L, true), (beside.Rows, beside.Verified));
        Assert.Contains(reporter.Warnings, said => said.Contains("one job", StringComparison.Ordinal));
        Assert.Equal(1, await fixture.ScalarAsync<long>(database + "_beside", "SELECT count(*) FROM pg_largeobject_metadata"));
        var replaced = await BackupFixture.RestoreAsync(context, new RestoreOptions { Replace = true });
        Assert.Equal(50_000, await fixture.ScalarAsync<long>(database, "SELECT count(*) FROM users"));
        Assert.Equal(0, await fixture.ScalarAsync<long>(replaced.PreviousDatabase!, "SELECT count(*) FROM users"));
        Assert.DoesNotContain(reporter.All, said => said.Contains("password", StringComparison.OrdinalIgnoreCase));
        await fixture.NothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_physical_backup_is_made_and_tested_and_a_server_starts_from_it()
    {
        var database = await fixture.MakeAsync(1000);
        var context = fixture.Context(database, folder.Path);
        var made = await PhysicalBackup.RunAsync(context, new PhysicalOptions(), CancellationToken.None);
        Assert.Equal((BackupKind.Physical, BackupFormat.BaseTar, true), (made.Kind, made.Format, made.Verified));
        Assert.Equal(await fixture.ScalarAsync<string>("postgres", "SELECT system_identifier::text FROM pg_control_system()"), made.Manifest.SystemIdentifier);
        var test = Assert.Single(await ListAsync(context));
        Assert.True(test.Passed, test.Reason);
        // A server of this machine's own: the container's programs cannot serve what lies here.
        var recovered = await RecoveryTest.RunAsync(context, new RecoveryTestOptions { Kind = BackupKind.Physical, Database = database }, CancellationToken.None);
        Assert.True(recovered.Passed, recovered.Reason);
        await fixture.NothingLeftAsync();
    }

    [SkippableFact]
    public async Task No_secret_is_in_the_container_while_a_program_runs_and_a_cancelled_one_is_ended()
    {
        var database = await fixture.MakeAsync(1000);
        // No server's role would get in with this, if somebody handed it over.
        await fixture.ExecuteAsync("postgres", "DROP ROLE IF EXISTS backer; CREATE ROLE backer LOGIN SUPERUSER PASSWORD 'Very-Secret-42'");
        var context = fixture.Context(database, folder.Path, user: "backer", password: "Very-Secret-42");
        await using var blocker = await fixture.OpenAsync(database);
        await using var lockTable = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE", blocker);
        await lockTable.ExecuteNonQueryAsync();
        using var stop = new CancellationTokenSource();
        var running = BackupFixture.BackupAsync(context, new LogicalOptions { CountRows = false, LockTimeout = TimeSpan.FromMinutes(2) }, stop.Token);
        await fixture.RunsAsync("pg_dump", runs: true);
        var processes = await fixture.ProcessesAsync();
        Assert.Contains(processes, line => line.Contains("--username backer", StringComparison.Ordinal));
        Assert.DoesNotContain(processes, line => line.Contains("Very-Secret", StringComparison.Ordinal));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        // It is ended though it still waits for the lock.
        await fixture.NothingLeftAsync();
        AssertEmpty();
    }

    [SkippableTheory]
    [InlineData(BackupKind.Logical)]
    [InlineData(BackupKind.Physical)]
    public async Task A_backup_cancelled_in_the_middle_leaves_no_program_and_no_file(BackupKind kind)
    {
        var database = await fixture.MakeAsync(150_000);
        using var stop = new CancellationTokenSource();
        var context = fixture.Context(database, folder.Path, new StoppingReporter(stop, 12));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kind == BackupKind.Logical
            ? BackupFixture.BackupAsync(context, new LogicalOptions { CountRows = false }, stop.Token) : PhysicalBackup.RunAsync(context, new PhysicalOptions(), stop.Token));
        await fixture.NothingLeftAsync();
        AssertEmpty();
        Assert.True((await Again(kind, database)).Verified);
    }

    [SkippableFact]
    public async Task A_restore_cancelled_in_the_middle_leaves_no_program_and_no_database()
    {
        var database = await fixture.MakeAsync(150_000);
        await BackupFixture.BackupAsync(fixture.Context(database, folder.Path));
        using var stop = new CancellationTokenSource();
        var reporter = new StoppingReporter(stop, long.MaxValue, "processing data for table");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => BackupFixture.RestoreAsync(fixture.Context(database, folder.Path, reporter), new RestoreOptions { TargetDatabase = database + "_new" }, stop.Token));
        await fixture.NothingLeftAsync();
        Assert.False(await fixture.ScalarAsync<bool>("postgres", $"SELECT EXISTS (SELECT FROM pg_database WHERE datname = '{database}_new')"));
    }

    [SkippableFact]
    public async Task A_container_that_dies_under_a_backup_leaves_nothing_under_a_final_name_and_a_stopped_one_is_said()
    {
        var database = await fixture.MakeAsync(150_000);
        var killed = 0;
        var reporter = new StoppingReporter(null, 12)
        {
            Then = () =>
            {
                killed++;
                fixture.Lab!.Docker.DockerAsync("kill", fixture.Container).GetAwaiter().GetResult();
            },
        };
        try
        {
            var died = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path, reporter), new LogicalOptions { CountRows = false }));
            Assert.Equal(1, killed);
            Assert.Contains(died.Definition.Kind, new[] { ErrorKind.ConnectionError, ErrorKind.InvalidResult, ErrorKind.ResourceBusy });
            AssertEmpty();
            // The engine knows of the end a moment later.
            await fixture.Lab!.Docker.DockerAsync("wait", fixture.Container);
            var stopped = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path)));
            // Whether an address that nobody has is refused or says nothing is the network's affair.
            Assert.Contains(stopped.Definition, new[] { DatabaseErrors.Unreachable, GeneralErrors.TimedOut });
            // The physical one looks for the container first.
            var physical = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(fixture.Context(database, folder.Path), new PhysicalOptions(), CancellationToken.None));
            Assert.Equal(ServiceErrors.InstanceNotRunning, physical.Definition);
        }
        finally
        {
            await fixture.Lab!.Docker.DockerAsync("start", fixture.Container);
            await fixture.AddressAsync();
            await HealthyAsync();
        }

        Assert.True((await Again(BackupKind.Logical, database)).Verified);
        await fixture.NothingLeftAsync();
    }

    [SkippableFact]
    public async Task What_the_container_cannot_do_is_refused_with_the_way_out()
    {
        var database = await fixture.MakeAsync(10);
        var jobs = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path), new LogicalOptions { Jobs = 2 }));
        Assert.Equal(BackupErrors.ProgramNotInstalled, jobs.Definition);
        Assert.Contains("several jobs", jobs.Message, StringComparison.Ordinal);

        // A service with the programs, and without the server: its socket is not there.
        var other = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path, service: "redis")));
        Assert.Equal(BackupErrors.ServiceLoginRefused, other.Definition);
        Assert.Contains("pg_dump in", other.Message, StringComparison.Ordinal);
        Assert.Contains("connection to server on socket", other.Message, StringComparison.Ordinal);
        var physical = await Assert.ThrowsAsync<OperationException>(() => PhysicalBackup.RunAsync(fixture.Context(database, folder.Path, service: "redis"), new PhysicalOptions(), CancellationToken.None));
        Assert.Equal(BackupErrors.ServiceLoginRefused, physical.Definition);

        var none = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path, service: "nothing")));
        Assert.Equal(ServiceErrors.NotFound, none.Definition);
        AssertEmpty();
        await fixture.NothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_server_that_wants_a_password_on_its_socket_is_said()
    {
        var database = await fixture.MakeAsync(10);
        const string Rules = "/var/lib/pg/data/pg_hba.conf";
        try
        {
            await ShellAsync($"cp -p {Rules} /tmp/rules.kept && sed -i 's/^local .*trust/local all all scram-sha-256/' {Rules}");
            await fixture.ScalarAsync<bool>("postgres", "SELECT pg_reload_conf()");
            var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path)));
            Assert.Equal(BackupErrors.ServiceLoginRefused, error.Definition);
            Assert.Contains("no password supplied", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await ShellAsync($"cp -p /tmp/rules.kept {Rules}");
            await fixture.ScalarAsync<bool>("postgres", "SELECT pg_reload_conf()");
        }

        AssertEmpty();
        await fixture.NothingLeftAsync();
    }

    [SkippableFact]
    public async Task A_program_that_is_missing_in_the_container_is_said_and_one_on_its_path_is_found()
    {
        var database = await fixture.MakeAsync(10);
        const string Bin = "/usr/lib/postgresql/15/bin";
        try
        {
            await ShellAsync($"mv {Bin}/pg_dump /usr/local/bin/pg_dump");
            // Debian's wrapper of that name is no program of PostgreSQL's once the real one is gone.
            Assert.True((await Again(BackupKind.Logical, database)).Verified);
            await ShellAsync("mv /usr/local/bin/pg_dump /tmp/pg_dump; mv /usr/bin/pg_dump /tmp/pg_wrapper");
            var error = await Assert.ThrowsAsync<OperationException>(() => BackupFixture.BackupAsync(fixture.Context(database, folder.Path)));
            Assert.Equal(BackupErrors.ProgramNotInstalled, error.Definition);
            Assert.Contains("There is no pg_dump in", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await ShellAsync($"for f in /usr/local/bin/pg_dump /tmp/pg_dump; do [ ! -e $f ] || mv $f {Bin}/pg_dump; done; [ ! -e /tmp/pg_wrapper ] || mv /tmp/pg_wrapper /usr/bin/pg_dump");
        }

        Assert.True((await Again(BackupKind.Logical, database)).Verified);
        await fixture.NothingLeftAsync();
    }

    private static async Task<List<BackupTestResult>> ListAsync(EnvironmentContext context)
    {
        var result = new List<BackupTestResult>();
        await foreach (var test in BackupExaminer.TestAsync(context, new BackupQuery(), error => throw error, CancellationToken.None))
        {
            result.Add(test);
        }

        return result;
    }

    private Task<BackupResult> Again(BackupKind kind, string database) => kind == BackupKind.Logical
        ? BackupFixture.BackupAsync(fixture.Context(database, folder.Path)) : PhysicalBackup.RunAsync(fixture.Context(database, folder.Path), new PhysicalOptions(), CancellationToken.None);

    private Task<string> ShellAsync(string script) => fixture.Lab!.Docker.DockerAsync("exec", fixture.Container, "sh", "-c", script);

    private async Task HealthyAsync()
    {
        var limit = DateTime.UtcNow.AddMinutes(1);
        while (await fixture.Lab!.Docker.DockerAsync("inspect", "--format", "{{.State.Health.Status}}", fixture.Container) != "healthy")
        {
            Assert.True(DateTime.UtcNow < limit, "The database's container does not get healthy.");
            await Task.Delay(200);
        }
    }

    // Neither a backup nor a file of a beginning.
    private void AssertEmpty() => Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
}
