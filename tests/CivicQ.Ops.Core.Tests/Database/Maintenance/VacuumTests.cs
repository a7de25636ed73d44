using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

[Collection(PostgresCollection.Name)]
public class VacuumTests(PostgresFixture postgres)
{
    private const string Users = "CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users SELECT i, repeat('x', 50) FROM generate_series(1, 2000) i;";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static MaintenanceLimits Impatient(int attempts = 2, int parallel = 2) =>
        new() { Parallel = parallel, LockTimeout = TimeSpan.FromMilliseconds(100), LockAttempts = attempts };

    [Fact]
    public async Task Every_table_is_vacuumed_with_figures_before_and_after()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE TABLE empty (id int); DELETE FROM users WHERE id > 1500;");
        var results = await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Analyze = true }, default));
        Assert.Equal(["empty", "users"], results.Select(result => result.Table).Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.Equal((MaintenanceOutcome.Done, MaintenanceAction.VacuumAnalyze, "test", database.Name, "public"),
            (result.Outcome, result.Action, result.Environment, result.Database, result.Schema)));
        var users = results.Single(result => result.Table == "users");
        Assert.Equal((500L, 0L), (users.DeadTuplesBefore, users.DeadTuplesAfter));
        Assert.True(users.BytesBefore > 0 && users.BytesAfter > 0);
        Assert.Equal(1500f, await database.ValueAsync<float>("SELECT reltuples FROM pg_class WHERE relname = 'users'"));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Names_of_any_kind_are_only_names()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        foreach (var name in TestDatabase.HostileNames)
        {
            await database.RunAsync($"CREATE SCHEMA {SqlIdentifier.Quote(name)}; CREATE TABLE {SqlIdentifier.Quote(name, name)} (id int)");
        }

        MaintenanceTarget[] exact = [.. TestDatabase.HostileNames.Select(name => new MaintenanceTarget(null, name, name, Exact: true))];
        foreach (var options in new[] { new VacuumOptions(), new VacuumOptions { Freeze = true, Analyze = true }, new VacuumOptions { Full = true, Force = true } })
        {
            var results = await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, exact, options, default));
            Assert.All(results, result => Assert.Equal(MaintenanceOutcome.Done, result.Outcome));
            Assert.Equal(TestDatabase.HostileNames.Order(StringComparer.Ordinal), results.Select(result => result.Table).Order(StringComparer.Ordinal));
        }

        Assert.Equal(7, (await TestDatabase.DoAsync(VacuumPlanner.AnalyzeAsync(database.Context(), null, TestDatabase.All, false, new MaintenanceLimits(), default))).Count);
        Assert.Equal(2000, await database.ValueAsync<long>("SELECT count(*) FROM users"));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Tables_are_chosen_by_name_pattern_and_schema()
    {
        await using var database = await TestDatabase.CreateAsync(
            postgres.Server, Users + "CREATE SCHEMA other; CREATE TABLE other.users (id int); CREATE TABLE audit_1 (id int); CREATE TABLE audit_2 (id int)");
        async Task<string> Chosen(params MaintenanceTarget[] targets)
        {
            await using var plan = await VacuumPlanner.VacuumAsync(database.Context(), null, targets, new VacuumOptions(), default);
            return string.Join(',', plan.Names.Order(StringComparer.Ordinal)) + "|" + string.Join(',', plan.Missing.Select(error => error.Definition.Id));
        }

        Assert.Equal("public.audit_1,public.audit_2|", await Chosen(new MaintenanceTarget(null, null, "audit_*")));
        Assert.Equal("other.users,public.users|", await Chosen(new MaintenanceTarget(null, null, "Users")));
        Assert.Equal("other.users|", await Chosen(new MaintenanceTarget(null, "other", null)));
        Assert.Equal("public.users|", await Chosen(new MaintenanceTarget(null, "public", "users", Exact: true)));
        Assert.Equal("|DatabaseTableNotFound", await Chosen(new MaintenanceTarget(null, null, "user")));
        Assert.Equal("|DatabaseTableNotFound", await Chosen(new MaintenanceTarget(null, "public", "Users", Exact: true)));
        Assert.Equal("pg_catalog.pg_am|", await Chosen(new MaintenanceTarget(null, "pg_catalog", "pg_am")));
        Assert.Equal("|", await Chosen(new MaintenanceTarget(null, null, "nothing*")));
        // A name that is there, and the schema mistyped; then two names in two schemas, each in one of them.
        Assert.Equal("|DatabaseTableNotFound", await Chosen(new MaintenanceTarget(null, "othre", "users")));
        Assert.Equal("|DatabaseTableNotFound", await Chosen(new MaintenanceTarget(null, null, "pg_am")));
        Assert.Equal(
            "other.users,public.audit_1,public.users|",
            await Chosen(new("x", "public", "users"), new("x", "other", "users"), new("x", "public", "audit_1"), new("x", "other", "audit_1")));
    }

    [Fact]
    public async Task A_locked_partition_keeps_nothing_else_from_being_done()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + """
            CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
            """);
        await using var holder = await database.OpenAsync("the holder");
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE p1");
        var vacuumed = await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Limits = Impatient() }, default));
        Assert.Equal(["p1 Skipped", "p2 Done", "users Done"], vacuumed.Select(result => $"{result.Table} {result.Outcome}").Order(StringComparer.Ordinal));
        var rebuilt = await TestDatabase.DoAsync(ReindexPlanner.PlanAsync(
            database.Context(), null, [new MaintenanceTarget(null, null, "p")], new ReindexOptions { Limits = new MaintenanceLimits { Parallel = 1, LockTimeout = TimeSpan.FromSeconds(1), LockAttempts = 1 } }, default));
        Assert.Equal(["p1 Skipped", "p2 Done"], rebuilt.Select(result => $"{result.Table} {result.Outcome}").Order(StringComparer.Ordinal));
        Assert.Contains("the holder", rebuilt.Single(result => result.Table == "p1").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_table_counts_with_its_toast_and_indexes_for_the_room_on_the_disk()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, """
            CREATE TABLE wide (id int PRIMARY KEY, document text); ALTER TABLE wide ALTER document SET STORAGE EXTERNAL;
            INSERT INTO wide SELECT i, repeat('x', 100000) FROM generate_series(1, 20) i;
            """);
        await database.RunAsync("VACUUM wide");
        await using var holder = await database.OpenAsync();
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE wide");
        Task<MaintenancePlan> Plan() => VacuumPlanner.VacuumAsync(
            database.Context(), null, TestDatabase.All, new VacuumOptions { Full = true, Force = true, AvailableBytes = 1_000_000, Limits = Impatient() }, default);
        Assert.Equal(MaintenanceErrors.DiskRoomMissing, (await Assert.ThrowsAsync<OperationException>(Plan)).Definition);
        await TestDatabase.RunAsync(holder, "ROLLBACK");
        await database.RunAsync("CREATE TABLE unseen AS SELECT 1 AS id; DROP TABLE wide");
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE unseen");
        Assert.Equal(MaintenanceErrors.DiskRoomUnknown, (await Assert.ThrowsAsync<OperationException>(Plan)).Definition);
    }

    [Fact]
    public async Task A_partitioned_table_stands_for_its_leaves()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, """
            CREATE TABLE p (id int) PARTITION BY RANGE (id);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
            CREATE TABLE p11 PARTITION OF p1 FOR VALUES FROM (0) TO (5); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
            """);
        foreach (var targets in new[] { TestDatabase.All, [new MaintenanceTarget(null, "public", "p", Exact: true)] })
        {
            var results = await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, targets, new VacuumOptions(), default));
            Assert.Equal(["p11", "p2"], results.Select(result => result.Table).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_locked_table_is_skipped_after_all_others_and_its_holder_named()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE TABLE small (id int)");
        await using var holder = await database.OpenAsync("holder of the lock");
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        var results = await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Limits = Impatient(parallel: 1) }, default));
        Assert.Equal(["small Done", "users Skipped"], results.Select(result => $"{result.Table} {result.Outcome}"));
        Assert.Contains($"process {holder.ProcessID} ", results[1].Reason, StringComparison.Ordinal);
        Assert.Contains("holder of the lock", results[1].Reason, StringComparison.Ordinal);
        Assert.Single(database.Reporter.Warnings);
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_table_whose_lock_is_let_go_is_done_when_its_turn_comes_again()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE TABLE small (id int)");
        await using var holder = await database.OpenAsync();
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        await using var plan = await VacuumPlanner.VacuumAsync(
            database.Context(), null, TestDatabase.All, new VacuumOptions { Limits = Impatient(attempts: 10_000, parallel: 1) }, default);
        List<string> done = [];
        await plan.RunAsync(
            async (result, _) =>
            {
                done.Add($"{result.Table} {result.Outcome}");
                if (done.Count == 1)
                {
                    await TestDatabase.RunAsync(holder, "ROLLBACK");
                }
            },
            default);
        Assert.Equal(["small Done", "users Done"], done);
    }

    [Fact]
    public async Task Two_runs_exclude_each_other_and_the_first_is_named()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await using var holder = await database.OpenAsync();
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        using var stop = new CancellationTokenSource();
        var first = TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Limits = Impatient(int.MaxValue) }, default), stop.Token);
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)");
        var pid = await database.ValueAsync<int>("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted");
        var error = await Assert.ThrowsAsync<OperationException>(() =>
            TestDatabase.DoAsync(VacuumPlanner.AnalyzeAsync(database.Context(), null, TestDatabase.All, false, new MaintenanceLimits(), default)));
        Assert.Equal(MaintenanceErrors.AlreadyRunning, error.Definition);
        Assert.Contains($"process {pid} (postgres, 'CivicQ.Ops'", error.Message, StringComparison.Ordinal);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_stopped_run_leaves_no_statement_behind()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await database.RunAsync($"ALTER DATABASE {database.Name} SET vacuum_cost_delay = 100; ALTER DATABASE {database.Name} SET vacuum_cost_limit = 1; UPDATE users SET id = id + 100000");
        using var stop = new CancellationTokenSource();
        var running = TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions(), default), stop.Token);
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_progress_vacuum WHERE datname = current_database() AND heap_blks_scanned > 0)");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
        Assert.Equal(0, await database.ValueAsync<long>("SELECT count(*) FROM pg_stat_progress_vacuum WHERE datname = current_database()"));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Progress_has_the_servers_own_figures()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await database.RunAsync($"ALTER DATABASE {database.Name} SET vacuum_cost_delay = 100; ALTER DATABASE {database.Name} SET vacuum_cost_limit = 1; UPDATE users SET id = id + 100000");
        using var stop = new CancellationTokenSource();
        var running = TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions(), default), stop.Token);
        using var time = new CancellationTokenSource(Patience);
        while (!database.Reporter.All.Any(text => text.StartsWith("0 of 1; public.users scanning heap ", StringComparison.Ordinal)))
        {
            await Task.Delay(20, time.Token);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_table_that_was_dropped_meanwhile_is_skipped()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE TABLE gone (id int)");
        foreach (var full in new[] { false, true })
        {
            await database.RunAsync("CREATE TABLE IF NOT EXISTS gone (id int)");
            var planning = VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Full = full, Force = full }, default);
            await planning;
            await database.RunAsync("DROP TABLE gone");
            var results = await TestDatabase.DoAsync(planning);
            Assert.Equal(["gone Skipped", "users Done"], results.Select(result => $"{result.Table} {result.Outcome}").Order(StringComparer.Ordinal));
            Assert.Equal("It was dropped meanwhile.", results.Single(result => result.Table == "gone").Reason);
        }
    }

    [Fact]
    public async Task A_role_without_the_privilege_is_told_so_table_by_table()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        var role = "r" + database.Name;
        await database.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'secret'; CREATE TABLE mine (id int); ALTER TABLE mine OWNER TO {role}");
        try
        {
            var results = await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(role, "secret"), null, TestDatabase.All, new VacuumOptions { Analyze = true }, default));
            Assert.Equal(["mine Done", "users Skipped"], results.Select(result => $"{result.Table} {result.Outcome}").Order(StringComparer.Ordinal));
            Assert.Contains("\"users\"", results.Single(result => result.Table == "users").Reason, StringComparison.Ordinal);
            Assert.Equal(MaintenanceErrors.DiskRoomUnknown, (await Assert.ThrowsAsync<OperationException>(() => VacuumPlanner.VacuumAsync(
                database.Context(role, "secret"), null, TestDatabase.All, new VacuumOptions { Full = true, Force = true }, default))).Definition);
            await database.NothingIsLeftAsync();
        }
        finally
        {
            await database.RunAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task No_table_is_nothing_to_do()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var plan = await VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Full = true, Force = true }, default);
        Assert.Equal(0, plan.Count);
        Assert.Empty(plan.Missing);
    }

    [Fact]
    public async Task Full_gives_room_back_within_its_limits()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "DELETE FROM users WHERE id > 10;");
        var now = TimeOnly.FromDateTime(DateTime.UtcNow);
        var elsewhen = new MaintenanceWindow { From = now.AddHours(2), To = now.AddHours(3) };
        var open = new MaintenanceWindow { From = now.AddHours(-1), To = now.AddHours(1) };
        Task<MaintenancePlan> Plan(MaintenanceWindow? window, bool force, long? available = null) => VacuumPlanner.VacuumAsync(
            database.Context(window: window), null, TestDatabase.All, new VacuumOptions { Full = true, Force = force, AvailableBytes = available }, default);

        Assert.Equal(MaintenanceErrors.OutsideWindow, (await Assert.ThrowsAsync<OperationException>(() => Plan(null, false))).Definition);
        Assert.Equal(MaintenanceErrors.OutsideWindow, (await Assert.ThrowsAsync<OperationException>(() => Plan(elsewhen, false))).Definition);
        Assert.Equal(MaintenanceErrors.DiskRoomMissing, (await Assert.ThrowsAsync<OperationException>(() => Plan(open, true, 1))).Definition);
        var result = Assert.Single(await TestDatabase.DoAsync(Plan(open, false)));
        Assert.Equal((MaintenanceOutcome.Done, MaintenanceAction.VacuumFull), (result.Outcome, result.Action));
        Assert.True(result.BytesReclaimed > 0);
        Assert.Equal(result.BytesAfter, await database.ValueAsync<long>("SELECT pg_total_relation_size('users')"));
    }

    [Fact]
    public async Task Only_stale_statistics_are_made_anew()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE TABLE never (id int); INSERT INTO never VALUES (1); CREATE TABLE empty (id int)");
        await database.UntilAsync("SELECT pg_stat_get_live_tuples('users'::regclass) > 0");
        await database.RunAsync("ANALYZE users");
        async Task<string> Stale()
        {
            var results = await TestDatabase.DoAsync(VacuumPlanner.AnalyzeAsync(database.Context(), null, TestDatabase.All, true, new MaintenanceLimits(), default));
            Assert.All(results, result => Assert.Equal((MaintenanceAction.Analyze, MaintenanceOutcome.Done), (result.Action, result.Outcome)));
            return string.Join(',', results.Select(result => result.Table));
        }

        // The session that made the rows reports them to the statistics as it ends, or a moment later.
        await database.UntilAsync("SELECT pg_stat_get_live_tuples('never'::regclass) > 0");
        Assert.Equal("never", await Stale());
        Assert.Equal("", await Stale());
        await database.RunAsync("UPDATE users SET name = 'y'");
        await database.UntilAsync("SELECT pg_stat_get_mod_since_analyze('users'::regclass) > 0");
        Assert.Equal("users", await Stale());
    }

    [Fact]
    public async Task A_partitioned_table_has_statistics_of_the_whole()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, """
            CREATE TABLE p (id int) PARTITION BY RANGE (id);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
            CREATE TABLE p11 PARTITION OF p1 FOR VALUES FROM (0) TO (10); CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
            INSERT INTO p SELECT i % 20 FROM generate_series(1, 100) i;
            """);
        await database.RunAsync("ANALYZE p11; ANALYZE p2");
        await database.UntilAsync("SELECT pg_stat_get_last_analyze_time('p2'::regclass) IS NOT NULL");
        async Task<string> Analysed(bool staleOnly, string? table = null)
        {
            MaintenanceTarget[] targets = [new MaintenanceTarget(null, null, table)];
            var results = await TestDatabase.DoAsync(VacuumPlanner.AnalyzeAsync(database.Context(), null, targets, staleOnly, new MaintenanceLimits { Parallel = 3 }, default));
            Assert.All(results, result => Assert.Equal((MaintenanceAction.Analyze, MaintenanceOutcome.Done), (result.Action, result.Outcome)));
            return string.Join(',', results.Select(result => result.Table).Order(StringComparer.Ordinal));
        }

        Assert.Equal("p", await Analysed(staleOnly: true));
        Assert.Equal(2, await database.ValueAsync<long>("SELECT count(*) FROM pg_stats WHERE inherited AND tablename IN ('p', 'p1')"));
        Assert.Equal("", await Analysed(staleOnly: true));
        Assert.Equal("p,p11,p2", await Analysed(staleOnly: false));
        Assert.Equal("p2", await Analysed(staleOnly: false, "p2"));
        var vacuumed = await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Analyze = true }, default));
        Assert.Equal("p Analyze", vacuumed.Select(result => $"{result.Table} {result.Action}").Last());
        Assert.Equal(3, vacuumed.Count(result => result.Outcome == MaintenanceOutcome.Done));
    }

    [Fact]
    public async Task Ten_thousand_tables_are_done()
    {
        const int Tables = 10_000;
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        for (var first = 0; first < Tables; first += 1000)
        {
            await database.RunAsync($"DO $$ BEGIN FOR i IN {first + 1}..{first + 1000} LOOP EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$");
        }

        var count = 0;
        await using var plan = await VacuumPlanner.AnalyzeAsync(database.Context(), null, TestDatabase.All, false, new MaintenanceLimits { Parallel = 4 }, default);
        Assert.Equal(Tables, plan.Count);
        await plan.RunAsync(
            (result, _) =>
            {
                Assert.Equal(MaintenanceOutcome.Done, result.Outcome);
                Interlocked.Increment(ref count);
                return default;
            },
            default);
        Assert.Equal(Tables, count);
        var exact = Enumerable.Range(1, Tables).Select(number => new MaintenanceTarget(null, "public", $"t{number}", Exact: true)).ToList();
        await using var piped = await VacuumPlanner.VacuumAsync(database.Context(), null, exact, new VacuumOptions { Analyze = true, Limits = new MaintenanceLimits { Parallel = 4 } }, default);
        Assert.Equal((Tables, 0), (piped.Count, piped.Missing.Count));
        var vacuumed = 0;
        await piped.RunAsync(
            (_, _) =>
            {
                Interlocked.Increment(ref vacuumed);
                return default;
            },
            default);
        Assert.Equal(Tables, vacuumed);
    }
}
