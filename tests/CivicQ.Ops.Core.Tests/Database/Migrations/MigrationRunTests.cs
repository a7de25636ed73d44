using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Procedures.Migrations;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Tests.Lab;
using CivicQ.Ops.Core.Tests.Web;

namespace CivicQ.Ops.Core.Tests.Database.Migrations;

/// <summary>The real Alembic against a real PostgreSQL; a database for each test.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class MigrationRunTests(DatabaseFixture server) : IAsyncLifetime
{
    private const string Head = "head";
    private readonly string database = "mig_" + Guid.NewGuid().ToString("N")[..8];
    private AlembicFolder project = new(AlembicFolder.Three);

    public Task InitializeAsync() => server.ExecuteAsync($"CREATE DATABASE {database}");

    public async Task DisposeAsync()
    {
        project.Dispose();
        await server.ExecuteAsync($"DROP DATABASE {database} WITH (FORCE)");
    }

    private EnvironmentContext Context(Recorder? reporter = null)
    {
        var context = server.Context(database: database, reporter: reporter);
        return context with { Environment = context.Environment with { Database = context.Environment.Database! with { Migrations = project.Settings } } };
    }

    private LocalAlembic Place(MigrationSettings? settings = null) => new(settings ?? project.Settings);

    private async Task<MigrationResult> RunAsync(MigrationTarget target, Recorder? reporter = null, MigrationOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using var run = await MigrationRun.PrepareAsync(Context(reporter), Place(), target, cancellationToken);
        return run.IsThere ? run.Nothing : await run.ExecuteAsync(options ?? new MigrationOptions(), cancellationToken);
    }

    private Task<MigrationResult> UpAsync(string revision = Head, Recorder? reporter = null, MigrationOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(new MigrationTarget(MigrationDirection.Upgrade, revision), reporter, options, cancellationToken);

    private Task<MigrationResult> DownAsync(string? revision, int steps = 1) => RunAsync(new MigrationTarget(MigrationDirection.Downgrade, revision, steps));

    private async Task<string> StateAsync() => string.Join(' ', (await MigrationReader.ReadAsync(Context(), Place(), CancellationToken.None))
        .Select(one => $"{one.Revision[0]}:{one.State}{(one.IsCurrent ? "*" : "")}{(one.IsHead == true ? "^" : "")}"));

    private void Replace(params (string Revision, string? Down, string Up, string Undo)[] revisions)
    {
        project.Dispose();
        project = new AlembicFolder(revisions);
    }

    [Fact]
    public async Task Up_and_down_and_where_it_is()
    {
        Assert.Equal("a:Pending b:Pending c:Pending^", await StateAsync());
        var reporter = new Recorder();
        var up = await UpAsync(reporter: reporter);
        Assert.Equal((MigrationOutcome.Migrated, "it's lab", database), (up.Outcome, up.Environment, up.Database));
        Assert.Empty(up.From);
        Assert.Equal(["cccc3333"], up.To);
        Assert.Equal(["aaaa1111", "bbbb2222", "cccc3333"], up.Revisions);
        Assert.True(up.Duration > TimeSpan.Zero);
        Assert.Equal("a:Applied b:Applied c:Applied*^", await StateAsync());
        Assert.Contains(reporter.Reports, report => report.Status.Contains("aaaa1111 -> bbbb2222, about bbbb2222", StringComparison.Ordinal));
        Assert.True(reporter.Reports.Last().Completed);

        Assert.Equal(MigrationOutcome.AlreadyThere, (await UpAsync()).Outcome);
        var down = await DownAsync(null);
        Assert.Equal(["bbbb2222"], down.To);
        Assert.Equal(["cccc3333"], down.Revisions);
        Assert.Equal("a:Applied b:Applied* c:Pending^", await StateAsync());
        Assert.Equal(["cccc3333"], (await UpAsync("+1")).Revisions);
        Assert.Equal(["cccc3333", "bbbb2222", "aaaa1111"], (await DownAsync("base")).Revisions);
        Assert.Equal("a:Pending b:Pending c:Pending^", await StateAsync());
        Assert.Equal(["aaaa1111"], (await UpAsync("aaaa")).To);
    }

    [Fact]
    public async Task A_broken_one_in_the_middle_leaves_what_came_before_and_says_where_it_is()
    {
        Replace(AlembicFolder.Three[0], ("bbbb2222", "aaaa1111", "op.execute('CREATE TABLE half (id int)'); op.execute('SELECT nonsense')", "pass"), AlembicFolder.Three[2]);
        var reporter = new Recorder();
        var error = await Assert.ThrowsAsync<OperationException>(() => UpAsync(reporter: reporter));
        Assert.Same(MigrationErrors.Failed, error.Definition);
        Assert.Contains("column \"nonsense\" does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("The database is at aaaa1111 (it was at base); 1 of 3 revisions were done.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", error.Message, StringComparison.Ordinal);
        Assert.Contains(reporter.All, line => line.Contains("Traceback", StringComparison.Ordinal));
        Assert.Equal("a:Applied* b:Pending c:Pending^", await StateAsync());
        await using var connection = await server.OpenAsync("look", database);
        await using var command = new Npgsql.NpgsqlCommand("SELECT to_regclass('half') IS NULL", connection);
        Assert.True((bool)(await command.ExecuteScalarAsync())!);
    }

    [Fact]
    public async Task A_preview_is_SQL_and_changes_nothing()
    {
        await UpAsync("aaaa1111");
        await using (var run = await MigrationRun.PrepareAsync(Context(), Place(), new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None))
        {
            var plan = await run.PreviewAsync(CancellationToken.None);
            Assert.Equal(MigrationOutcome.Planned, plan.Outcome);
            Assert.Equal(["bbbb2222", "cccc3333"], plan.Revisions);
            Assert.Contains("ALTER TABLE one ADD two int;", plan.Sql!, StringComparison.Ordinal);
            Assert.Contains("UPDATE alembic_version SET version_num='cccc3333'", plan.Sql!, StringComparison.Ordinal);
            Assert.DoesNotContain("CREATE TABLE one", plan.Sql!, StringComparison.Ordinal);
        }

        await using (var run = await MigrationRun.PrepareAsync(Context(), Place(), new MigrationTarget(MigrationDirection.Downgrade, "base"), CancellationToken.None))
        {
            Assert.Contains("DROP TABLE one;", (await run.PreviewAsync(CancellationToken.None)).Sql!, StringComparison.Ordinal);
        }

        Assert.Equal("a:Applied* b:Pending c:Pending^", await StateAsync());
    }

    [Fact]
    public async Task A_preview_that_needs_a_connection_is_a_plan_without_SQL()
    {
        Replace(("aaaa1111", null, "assert op.get_bind().scalar('SELECT 1') == 1", "pass"));
        var reporter = new Recorder();
        await using var run = await MigrationRun.PrepareAsync(Context(reporter), Place(), new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None);
        Assert.Null((await run.PreviewAsync(CancellationToken.None)).Sql);
        Assert.Contains("cannot write these revisions as SQL", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_heads_are_one_question_and_two_answers()
    {
        project.Add("dddd4444", "'aaaa1111'", "op.execute('CREATE TABLE four (id int)')", "op.execute('DROP TABLE four')");
        var error = await Assert.ThrowsAsync<OperationException>(() => UpAsync());
        Assert.Same(MigrationErrors.Ambiguous, error.Definition);
        Assert.Contains("cccc3333, dddd4444", error.Message, StringComparison.Ordinal);
        var up = await UpAsync("heads");
        Assert.Equal(["cccc3333", "dddd4444"], up.To.Order(StringComparer.Ordinal));
        Assert.Equal("a:Applied b:Applied c:Applied*^ d:Applied*^", await StateAsync());
        Assert.Same(MigrationErrors.Ambiguous, (await Assert.ThrowsAsync<OperationException>(() => DownAsync(null))).Definition);
        Assert.Equal(4, (await DownAsync("base")).Revisions.Count);

        project.Add("eeee5555", "('cccc3333', 'dddd4444')", "pass", "pass");
        Assert.Equal(["eeee5555"], (await UpAsync()).To);
        Assert.Same(MigrationErrors.Ambiguous, (await Assert.ThrowsAsync<OperationException>(() => DownAsync(null))).Definition);
        Assert.Equal(["cccc3333", "dddd4444"], (await DownAsync("cccc3333")).To.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_revision_that_nobody_knows()
    {
        await UpAsync();
        File.Delete(Path.Combine(project.Folder, "versions", "cccc3333.py"));
        Assert.Equal("a:Pending b:Pending^ c:Unknown*", await StateAsync());
        Assert.Same(MigrationErrors.DatabaseUnknown, (await Assert.ThrowsAsync<OperationException>(() => UpAsync())).Definition);
        Assert.Same(MigrationErrors.DatabaseUnknown, (await Assert.ThrowsAsync<OperationException>(() => DownAsync(null))).Definition);
    }

    [Fact]
    public async Task Without_a_project_the_database_alone_is_asked()
    {
        await UpAsync();
        var one = Assert.Single(await MigrationReader.ReadAsync(server.Context(database: database), null, CancellationToken.None));
        Assert.Equal(("cccc3333", MigrationState.Applied, true, null), (one.Revision, one.State, one.IsCurrent, one.IsHead));
        var error = await Assert.ThrowsAsync<OperationException>(() => MigrationRun.PrepareAsync(server.Context(database: database), null, new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None));
        Assert.Same(EnvironmentErrors.ComponentNotConfigured, error.Definition);
    }

    [Fact]
    public async Task Cancelled_it_leaves_no_process_no_session_and_says_where_it_is()
    {
        var pids = Path.Combine(project.Folder, "pids");
        Replace(AlembicFolder.Three[0], ("bbbb2222", "aaaa1111", "import subprocess; child = subprocess.Popen(['sleep', '3600']); open('pids', 'w').write(f'{os.getpid()} {child.pid}'); op.execute('SELECT pg_sleep(3600)')", "pass"));
        pids = Path.Combine(project.Folder, "pids");
        using var stop = new CancellationTokenSource();
        var reporter = new Recorder();
        var running = UpAsync(reporter: reporter, cancellationToken: stop.Token);
        await server.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{database}' AND query = 'SELECT pg_sleep(3600)' AND application_name LIKE 'CivicQ.Ops migration %')");
        Assert.DoesNotContain(server.Server.Password, TestLab.AllCommandLines(), StringComparison.Ordinal);

        // While it runs, a second one has nothing to say.
        Assert.Same(MigrationErrors.Busy, (await Assert.ThrowsAsync<OperationException>(() => UpAsync())).Definition);
        var ids = File.ReadAllText(pids).Split(' ').Select(int.Parse).ToList();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Contains("The database is at aaaa1111 (it was at base).", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
        Assert.True(await server.ScalarAsync<bool>($"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{database}' AND application_name LIKE 'CivicQ.Ops migration %')"));
        Assert.All(ids, id => Assert.Null(Core.Lab.LabProcess.Find(id)));
        Assert.Equal("a:Applied* b:Pending^", await StateAsync());
    }

    [Fact]
    public async Task A_migration_by_hand_or_a_dump_keeps_it_out()
    {
        await UpAsync("aaaa1111");
        await using var other = await server.OpenAsync("pg_dump", database);
        await DatabaseFixture.ExecuteAsync(other, "BEGIN; SELECT * FROM alembic_version");
        var error = await Assert.ThrowsAsync<OperationException>(() => UpAsync());
        Assert.Same(MigrationErrors.Busy, error.Definition);
        Assert.Contains($"process {other.ProcessID} (application 'pg_dump')", error.Message, StringComparison.Ordinal);
        await DatabaseFixture.ExecuteAsync(other, "COMMIT");
        Assert.Equal(["cccc3333"], (await UpAsync()).To);
    }

    [Fact]
    public async Task It_waits_for_a_lock_no_longer_than_told()
    {
        await UpAsync("aaaa1111");
        await using var other = await server.OpenAsync("holder", database);
        await DatabaseFixture.ExecuteAsync(other, "BEGIN; LOCK TABLE one");
        var error = await Assert.ThrowsAsync<OperationException>(() => UpAsync(options: new MigrationOptions { LockTimeout = TimeSpan.FromMilliseconds(200) }));
        Assert.Contains("lock timeout", error.Message, StringComparison.Ordinal);
        Assert.Equal("a:Applied* b:Pending c:Pending^", await StateAsync());
    }

    // As asyncpg, which reads none of libpq's variables.
    private void Deafen()
    {
        var file = Path.Combine(project.Folder, "env.py");
        File.WriteAllText(file, "import os\nfor name in ('PGAPPNAME', 'PGOPTIONS'):\n    os.environ.pop(name, None)\n" + File.ReadAllText(file));
    }

    [Fact]
    public async Task Cancelled_with_a_driver_that_takes_no_name_it_leaves_no_session_and_others_alone()
    {
        Replace(("aaaa1111", null, "op.execute('CREATE TABLE one (id int)'); op.execute('SELECT pg_sleep(3600)')", "pass"));
        Deafen();
        await using var before = await server.OpenAsync("the application", database);
        using var stop = new CancellationTokenSource();
        var reporter = new Recorder();
        var running = UpAsync(reporter: reporter, options: new MigrationOptions { LockTimeout = TimeSpan.FromSeconds(60) }, cancellationToken: stop.Token);
        await server.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{database}' AND query = 'SELECT pg_sleep(3600)')");
        await using var after = await server.OpenAsync("the application", database);
        await DatabaseFixture.ExecuteAsync(after, "BEGIN; CREATE TEMPORARY TABLE own (id int); SELECT 1");
        await DatabaseFixture.ExecuteAsync(after, "COMMIT");
        while (!reporter.Warnings.Any(warning => warning.Contains("-LockTimeoutSeconds has no effect", StringComparison.Ordinal)))
        {
            await Task.Delay(50);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(await server.ScalarAsync<bool>($"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{database}' AND query = 'SELECT pg_sleep(3600)')"));
        await DatabaseFixture.ExecuteAsync(before, "SELECT 1");
    }

    [Fact]
    public async Task Cancelled_elsewhere_before_it_has_connected_it_is_killed_there()
    {
        var (file, started) = (Path.Combine(project.Folder, "env.py"), Path.Combine(project.Folder, "started"));
        File.WriteAllText(
            file,
            $"import os, sys, time\nif 'upgrade' in sys.argv:\n    open('{started}.new', 'w').write(str(os.getpid()))\n    os.rename('{started}.new', '{started}')\n    time.sleep(60)\n"
            + File.ReadAllText(file));
        var url = new UriBuilder(server.Server.ConnectionUrl) { Path = database }.Uri.AbsoluteUri;
        var instance = new ServiceInstance { Environment = "test", Service = "backend", Instance = "backend-1", Id = "1", Platform = ServicePlatform.Compose };
        await using var place = new ServiceAlembic(project.Settings, new DetachedHost(new Dictionary<string, string> { ["DATABASE_URL"] = url }), instance);
        var reporter = new Recorder();
        await using var run = await MigrationRun.PrepareAsync(Context(reporter), place, new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var running = run.ExecuteAsync(new MigrationOptions(), stop.Token);
        while (!File.Exists(started))
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Null(Core.Lab.LabProcess.Find(int.Parse(File.ReadAllText(started), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Contains("The database is at base", Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_for_locks_is_refused_for_a_driver_that_takes_none()
    {
        var url = new UriBuilder(server.Server.ConnectionUrl) { Scheme = "postgresql+asyncpg", Path = database }.Uri.AbsoluteUri;
        var context = new EnvironmentContext(
            new CivicQEnvironment { Name = "lab", Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Variable, "U"), Migrations = project.Settings } },
            new FixedSecrets(url), new Recorder());
        await using var run = await MigrationRun.PrepareAsync(context, Place(), new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None);
        var error = await Assert.ThrowsAsync<OperationException>(() => run.ExecuteAsync(new MigrationOptions { LockTimeout = TimeSpan.FromSeconds(1) }, CancellationToken.None));
        Assert.Same(MigrationErrors.LockTimeoutNotHeeded, error.Definition);
        Assert.Equal("a:Pending b:Pending c:Pending^", await StateAsync());
    }

    [Fact]
    public async Task Options_of_the_address_do_not_take_the_limit_for_locks_away()
    {
        await UpAsync("aaaa1111");
        await using var other = await server.OpenAsync("holder", database);
        await DatabaseFixture.ExecuteAsync(other, "BEGIN; LOCK TABLE one");
        var url = new UriBuilder(server.Server.ConnectionUrl) { Path = database }.Uri.AbsoluteUri + "&options=-cwork_mem%3D8MB";
        var context = new EnvironmentContext(
            new CivicQEnvironment { Name = "lab", Database = new DatabaseSettings { Url = new SecretReference(SecretScheme.Variable, "U"), Migrations = project.Settings } },
            new FixedSecrets(url), new Recorder());
        await using var run = await MigrationRun.PrepareAsync(context, Place(), new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None);
        var error = await Assert.ThrowsAsync<OperationException>(() => run.ExecuteAsync(new MigrationOptions { LockTimeout = TimeSpan.FromMilliseconds(200) }, CancellationToken.None));
        Assert.Contains("lock timeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_outs_of_idle_sessions_do_not_take_the_lock_away()
    {
        Replace(("aaaa1111", null, "op.execute('SELECT pg_sleep(3)')", "pass"));
        await server.ExecuteAsync($"ALTER DATABASE {database} SET idle_session_timeout = '1s'");
        var reporter = new Recorder();
        var running = UpAsync(reporter: reporter);
        await server.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{database}' AND query = 'SELECT pg_sleep(3)' AND clock_timestamp() - query_start > interval '2s')");
        Assert.Same(MigrationErrors.Busy, (await Assert.ThrowsAsync<OperationException>(() => UpAsync())).Definition);
        Assert.Equal(["aaaa1111"], (await running).To);
        Assert.Empty(reporter.Warnings);
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_is_left_alone()
    {
        await server.ExecuteAsync($"ALTER DATABASE {database} SET default_transaction_read_only = on");
        Assert.Same(MigrationErrors.NotWritable, (await Assert.ThrowsAsync<OperationException>(() => UpAsync())).Definition);
    }

    [Fact]
    public async Task A_program_that_is_not_there_and_one_that_lies()
    {
        async Task<OperationException> With(string program)
        {
            await using var run = await MigrationRun.PrepareAsync(Context(), Place(project.Settings with { Program = program }), new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None);
            return await Assert.ThrowsAsync<OperationException>(() => run.ExecuteAsync(new MigrationOptions(), CancellationToken.None));
        }

        Assert.Same(MigrationErrors.ProgramNotInstalled, (await With("no-such-alembic")).Definition);
        var lie = await With("/bin/true");
        Assert.Same(MigrationErrors.NotVerified, lie.Definition);
        Assert.Contains("The database is at base", lie.Message, StringComparison.Ordinal);
        Assert.Contains("it said nothing", (await With("/bin/false")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_script_tells_of_the_address_is_masked()
    {
        Replace(("aaaa1111", null, "print(os.environ['DATABASE_URL']); raise ValueError('cannot use ' + os.environ['DATABASE_URL'].split(':')[2])", "pass"));
        var reporter = new Recorder();
        var error = await Assert.ThrowsAsync<OperationException>(() => UpAsync(reporter: reporter));
        Assert.Contains("ValueError: cannot use ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Server.Password, string.Join('\n', reporter.All) + error, StringComparison.Ordinal);
        Assert.Contains(reporter.All, line => line.EndsWith(": ***", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_with_every_sign_reaches_the_database()
    {
        const string Password = "p@ss:w/o%r#d? &=é'\"";
        await server.ExecuteAsync($"CREATE ROLE {database} SUPERUSER LOGIN PASSWORD '{Password.Replace("'", "''", StringComparison.Ordinal)}'");
        try
        {
            var context = server.Context(user: database, password: Password, database: database);
            context = context with { Environment = context.Environment with { Database = context.Environment.Database! with { Migrations = project.Settings } } };
            await using var run = await MigrationRun.PrepareAsync(context, Place(), new MigrationTarget(MigrationDirection.Upgrade, Head), CancellationToken.None);
            Assert.Equal(["cccc3333"], (await run.ExecuteAsync(new MigrationOptions(), CancellationToken.None)).To);
        }
        finally
        {
            await server.ExecuteAsync($"DROP OWNED BY {database}", database);
            await server.ExecuteAsync($"DROP ROLE {database}");
        }
    }
}
