using System.Globalization;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

/// <summary>What builds leave behind, whose it is, and when it is dropped.</summary>
[Collection(PostgresCollection.Name)]
public class LeftoverTests(PostgresFixture postgres)
{
    private const string Users = """
        CREATE TABLE users (id int PRIMARY KEY, name text); CREATE INDEX users_name ON users (name); INSERT INTO users SELECT i, 'n' || i FROM generate_series(1, 500) i;
        CREATE TABLE other (id int PRIMARY KEY);
        """;

    // As a writer holds it: a build waits for it before it begins, a drop waits too. And no snapshot, which would hold up builds on other tables.
    private const string Writing = "BEGIN; LOCK TABLE users IN ROW EXCLUSIVE MODE";

    // As a reader holds it: a build waits for it only after the swap.
    private const string Reading = "BEGIN; LOCK TABLE users IN ACCESS SHARE MODE";
    private const string OldSnapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1";

    private static readonly MaintenanceTarget[] UsersName = [new(null, null, null, "users_name")];

    private static MaintenanceLimits Limits(double lockSeconds, int attempts = 2, double? statementSeconds = null) => new()
    {
        Parallel = 1, LockTimeout = TimeSpan.FromSeconds(lockSeconds), LockAttempts = attempts, StatementTimeout = statementSeconds is { } time ? TimeSpan.FromSeconds(time) : null,
    };

    private static Task<MaintenancePlan> Reindex(TestDatabase database, MaintenanceLimits limits, MaintenanceTarget[]? targets = null) =>
        ReindexPlanner.PlanAsync(database.Context(), null, targets ?? UsersName, new ReindexOptions { Limits = limits }, default);

    private static Task<MaintenancePlan> NewIndex(TestDatabase database, MaintenanceLimits limits, string? user = null, string? password = null) =>
        IndexPlanner.PlanAsync(database.Context(user, password), null, new IndexDefinition { Table = "users", Columns = ["name", "id"], Name = "n" }, limits, default);

    private static Task<string> InvalidAsync(TestDatabase database) =>
        database.ValueAsync<string>("SELECT coalesce(string_agg(indexrelid::regclass::text, ',' ORDER BY indexrelid), '') FROM pg_index WHERE NOT indisvalid");

    private static string Text(MaintenanceResult result) => $"{result.Index} {result.Action} {result.Outcome}";

    [Fact]
    public async Task Stopping_while_a_failed_build_is_cleaned_up_leaves_no_half_index()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await using var reader = await database.OpenAsync();
        await TestDatabase.RunAsync(reader, Writing);
        using var stop = new CancellationTokenSource();
        var running = TestDatabase.DoAsync(Reindex(database, Limits(2)), stop.Token);
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'DROP INDEX CONCURRENTLY%' AND wait_event_type = 'Lock')");
        await stop.CancelAsync();
        await TestDatabase.RunAsync(reader, "ROLLBACK");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task One_index_that_is_locked_ends_nothing_but_its_own_work()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE TABLE third (id int PRIMARY KEY); CREATE INDEX other_ccold ON other (id);");
        await database.RunAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'other_ccold'::regclass");
        await using var holder = await database.OpenAsync("the holder");
        await TestDatabase.RunAsync(holder, "BEGIN; TRUNCATE other");
        var results = await TestDatabase.DoAsync(Reindex(database, Limits(0.3), TestDatabase.All));
        Assert.Equal(
            ["other_ccold DropInvalidIndex Skipped", "other_pkey ReindexConcurrently Skipped", "third_pkey ReindexConcurrently Done", "users_name ReindexConcurrently Done", "users_pkey ReindexConcurrently Done"],
            results.Select(Text).Order(StringComparer.Ordinal));
        Assert.All(results.Where(result => result.Table == "other"), result => Assert.Contains("the holder", result.Reason, StringComparison.Ordinal));
        Assert.Equal("other_ccold", await InvalidAsync(database));
    }

    [Fact]
    public async Task A_time_out_of_the_statement_ends_neither_the_run_nor_the_cleaning()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await using var reader = await database.OpenAsync("long report");
        await TestDatabase.RunAsync(reader, Writing);
        var results = await TestDatabase.DoAsync(Reindex(database, Limits(2, statementSeconds: 0.5), TestDatabase.All));
        Assert.Equal(
            ["other_pkey ReindexConcurrently Done", "users_name ReindexConcurrently Skipped", "users_pkey ReindexConcurrently Skipped"], results.Select(Text).Order(StringComparer.Ordinal));
        Assert.All(results.Where(result => result.Table == "users"), result => Assert.Contains("long report", result.Reason, StringComparison.Ordinal));
        await NamedAsync(database);
        await TestDatabase.RunAsync(reader, "ROLLBACK");
        Assert.Equal(2, (await TestDatabase.DoAsync(Reindex(database, Limits(30)))).Count(result => result.Outcome == MaintenanceOutcome.Done));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_the_server_refuses_to_drop_is_named()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + """
            CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'must be owner of index' USING ERRCODE = '42501'; END $$;
            CREATE EVENT TRIGGER refused ON ddl_command_start WHEN TAG IN ('DROP INDEX') EXECUTE FUNCTION refuse();
            """);
        await using var reader = await database.OpenAsync();
        await TestDatabase.RunAsync(reader, Writing);
        var results = await TestDatabase.DoAsync(Reindex(database, Limits(0.3), TestDatabase.All));
        Assert.Equal("other_pkey ReindexConcurrently Done", Text(results.Single(result => result.Outcome == MaintenanceOutcome.Done)));
        Assert.Contains(results, result => result.Outcome == MaintenanceOutcome.Skipped && result.Reason!.Contains("must be owner of index", StringComparison.Ordinal));
        var warning = await NamedAsync(database);
        Assert.Contains("must be owner of index", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attempts_do_not_pile_up_indexes(bool reindex)
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await using var reader = await database.OpenAsync("long report");
        await TestDatabase.RunAsync(reader, Writing);
        var result = Assert.Single(await TestDatabase.DoAsync(reindex ? Reindex(database, Limits(0.3, 3)) : NewIndex(database, Limits(0.3, 3))));
        Assert.Equal(MaintenanceOutcome.Skipped, result.Outcome);
        Assert.StartsWith("Locked, tried 3 times: ", result.Reason, StringComparison.Ordinal);
        Assert.Contains("long report", result.Reason, StringComparison.Ordinal);
        Assert.Equal(reindex ? "users_name_ccnew" : "n", await InvalidAsync(database));
        await NamedAsync(database);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_index_that_another_session_builds_is_not_dropped(bool planFirst)
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        var role = "r" + database.Name;
        // Without pg_read_all_stats it does not see what others build.
        await database.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'secret'; ALTER TABLE users OWNER TO {role}; GRANT ALL ON SCHEMA public TO {role}");
        try
        {
            await using var old = await database.OpenAsync();
            await TestDatabase.RunAsync(old, OldSnapshot);
            await using var builder = await database.OpenAsync();
            await using var plan = planFirst ? await NewIndex(database, Limits(0.3, int.MaxValue), role, "secret") : null;
            var building = TestDatabase.RunAsync(builder, "CREATE INDEX CONCURRENTLY n ON users (name)");
            await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)");
            if (plan is null)
            {
                var error = await Record.ExceptionAsync(async () => await (await NewIndex(database, Limits(0.3), role, "secret")).DisposeAsync());
                await TestDatabase.RunAsync(old, "ROLLBACK");
                Assert.Equal(MaintenanceErrors.AlreadyRunning, Assert.IsType<OperationException>(error).Definition);
                Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"process {builder.ProcessID} "), error.Message, StringComparison.Ordinal);
            }
            else
            {
                MaintenanceResult? result = null;
                var running = plan.RunAsync(
                    (one, _) =>
                    {
                        result = one;
                        return default;
                    },
                    default);
                // Until the first attempt is over and what it may have left is looked for.
                await Task.Delay(800);
                await TestDatabase.RunAsync(old, "ROLLBACK");
                await running.WaitAsync(TimeSpan.FromMinutes(2));
                Assert.Equal(MaintenanceOutcome.Failed, result!.Outcome);
                Assert.Contains("42P07", result.Reason, StringComparison.Ordinal);
            }

            await building;
            if (plan is not null)
            {
                await plan.DisposeAsync();
            }

            Assert.True(await database.ValueAsync<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = 'n'::regclass"));
            await database.NothingIsLeftAsync();
        }
        finally
        {
            await database.RunAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Another_sessions_rebuild_is_left_alone()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await using var old = await database.OpenAsync();
        await TestDatabase.RunAsync(old, OldSnapshot);
        await using var builder = await database.OpenAsync();
        var building = TestDatabase.RunAsync(builder, "REINDEX INDEX CONCURRENTLY users_name");
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)");
        var results = await TestDatabase.DoAsync(Reindex(database, Limits(0.1, 1), [new MaintenanceTarget(null, null, "users")]));
        await TestDatabase.RunAsync(old, "ROLLBACK");
        await building;
        Assert.Equal(
            ["users_name ReindexConcurrently Skipped", "users_name_ccnew DropInvalidIndex Skipped", "users_pkey ReindexConcurrently Skipped"],
            results.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"Process {builder.ProcessID} is building it at this moment."), results.Single(result => result.Index == "users_name_ccnew").Reason);
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Planned_drops_are_of_the_named_tables_and_of_what_is_still_invalid()
    {
        await using var database = await TestDatabase.CreateAsync(
            postgres.Server, Users + "CREATE INDEX a_ccnew ON users (name); CREATE INDEX b_ccnew ON users (name); CREATE INDEX c_ccnew ON users (name); CREATE INDEX other_ccnew ON other (id);");
        await database.RunAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid::regclass::text LIKE '%ccnew'");
        await using var planned = await Reindex(database, Limits(5));
        // Somebody rescues one and drops another, and writes are suspended.
        await database.RunAsync($"REINDEX INDEX CONCURRENTLY a_ccnew");
        await database.RunAsync($"DROP INDEX b_ccnew; ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        var results = await TestDatabase.DoAsync(Task.FromResult(planned));
        Assert.Equal(
            ["a_ccnew DropInvalidIndex Skipped", "b_ccnew DropInvalidIndex Skipped", "c_ccnew DropInvalidIndex Done", "users_name ReindexConcurrently Done"],
            results.Select(Text).Order(StringComparer.Ordinal));
        Assert.Equal("other_ccnew", await InvalidAsync(database));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_old_index_of_a_swapped_one_is_dropped_without_a_connection_more(bool cut)
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        var role = "r" + database.Name;
        await database.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'secret' CONNECTION LIMIT 2; ALTER TABLE users OWNER TO {role}; GRANT ALL ON SCHEMA public TO {role}");
        try
        {
            await using var old = await database.OpenAsync();
            await TestDatabase.RunAsync(old, OldSnapshot);
            await using var reader = await database.OpenAsync();
            await using var plan = await ReindexPlanner.PlanAsync(database.Context(role, "secret"), null, UsersName, new ReindexOptions { Limits = Limits(cut ? 60 : 4, 1) }, default);
            List<MaintenanceResult> results = [];
            var leaving = Task.CompletedTask;
            var running = plan.RunAsync(
                (result, _) =>
                {
                    results.Add(result);
                    leaving = LeaveAsync();
                    return default;
                },
                default);
            await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase = 'waiting for old snapshots')");
            await TestDatabase.RunAsync(reader, Reading);
            await TestDatabase.RunAsync(old, "ROLLBACK");
            const string Swapped = "FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase = 'waiting for readers before marking dead'";
            if (cut)
            {
                await database.UntilAsync($"SELECT EXISTS (SELECT {Swapped})");
                await database.RunAsync($"SELECT pg_terminate_backend(pid) {Swapped}");
            }

            await running.WaitAsync(TimeSpan.FromMinutes(2));
            await leaving;
            var only = Assert.Single(results);
            Assert.Equal(MaintenanceOutcome.Done, only.Outcome);
            Assert.NotNull(only.Reason);
            Assert.Empty(database.Reporter.Warnings);
            await plan.DisposeAsync();
            await database.NothingIsLeftAsync();

            async Task LeaveAsync()
            {
                await Task.Delay(500);
                await TestDatabase.RunAsync(reader, "ROLLBACK");
            }
        }
        finally
        {
            await database.RunAsync($"DROP OWNED BY {role} CASCADE; DROP ROLE {role}");
        }
    }

    // Exactly one is left, and the warning names it.
    private static async Task<string> NamedAsync(TestDatabase database)
    {
        var left = await InvalidAsync(database);
        Assert.DoesNotContain(",", left, StringComparison.Ordinal);
        return Assert.Single(database.Reporter.Warnings, text => text.Contains($"public.{left} ", StringComparison.Ordinal));
    }
}
