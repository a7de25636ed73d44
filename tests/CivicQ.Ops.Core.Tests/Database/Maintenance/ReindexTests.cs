using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Maintenance;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

[Collection(PostgresCollection.Name)]
public class ReindexTests(PostgresFixture postgres)
{
    private const string Users = """
        CREATE TABLE users (id int PRIMARY KEY, name text); CREATE INDEX users_name ON users (name);
        INSERT INTO users SELECT i, repeat('x', 50) || i FROM generate_series(1, 5000) i; DELETE FROM users WHERE id > 100;
        """;

    private static async Task<List<string>> RunAsync(TestDatabase database, ReindexOptions? options = null, params MaintenanceTarget[] targets)
    {
        var results = await TestDatabase.DoAsync(ReindexPlanner.PlanAsync(database.Context(), null, targets.Length == 0 ? TestDatabase.All : targets, options ?? new ReindexOptions(), default));
        return [.. results.Select(result => $"{result.Index} {result.Action} {result.Outcome}").Order(StringComparer.Ordinal)];
    }

    // An index as a cancelled build leaves it.
    private static async Task InvalidateAsync(TestDatabase database, string index) =>
        await database.RunAsync($"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{index}'::regclass");

    [Fact]
    public async Task Indexes_are_built_anew_beside_the_old_ones()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        var before = await database.ValueAsync<uint>("SELECT 'users_pkey'::regclass::oid");
        // The dead rows' entries go with the dead rows.
        await database.RunAsync("VACUUM users");
        var results = await TestDatabase.DoAsync(ReindexPlanner.PlanAsync(database.Context(), null, TestDatabase.All, new ReindexOptions(), default));
        Assert.Equal(2, results.Count);
        Assert.All(results, result =>
        {
            Assert.Equal((MaintenanceOutcome.Done, MaintenanceAction.ReindexConcurrently, "users"), (result.Outcome, result.Action, result.Table));
            Assert.True(result.BytesReclaimed > 0 && result.BytesAfter > 0);
        });
        Assert.NotEqual(before, await database.ValueAsync<uint>("SELECT 'users_pkey'::regclass::oid"));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Names_of_any_kind_are_only_names()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        foreach (var name in TestDatabase.HostileNames)
        {
            var quoted = SqlIdentifier.Quote(name);
            await database.RunAsync($"CREATE SCHEMA {quoted}; CREATE TABLE {quoted}.{quoted} (id int); CREATE INDEX {SqlIdentifier.Quote(name + " i")} ON {quoted}.{quoted} (id)");
        }

        foreach (var offline in new[] { false, true })
        {
            MaintenanceTarget[] targets = [.. TestDatabase.HostileNames.Select(name => new MaintenanceTarget(null, name, name, name + " i", Exact: true))];
            var results = await RunAsync(database, new ReindexOptions { Offline = offline }, targets);
            Assert.Equal(TestDatabase.HostileNames.Length, results.Count);
            Assert.All(results, result => Assert.EndsWith(offline ? " i Reindex Done" : " i ReindexConcurrently Done", result, StringComparison.Ordinal));
        }

        Assert.Equal(100, await database.ValueAsync<long>("SELECT count(*) FROM users"));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task What_earlier_failures_left_is_dropped_and_nothing_else()
    {
        await using var database = await TestDatabase.CreateAsync(
            postgres.Server, Users + "CREATE INDEX users_name_ccnew ON users (name); CREATE INDEX users_name_ccold1 ON users (name); CREATE INDEX valid_ccnew ON users (name);");
        await InvalidateAsync(database, "users_name_ccnew");
        await InvalidateAsync(database, "users_name_ccold1");
        Assert.Equal(
            [
                "users_name ReindexConcurrently Done", "users_name_ccnew DropInvalidIndex Done", "users_name_ccold1 DropInvalidIndex Done", "users_pkey ReindexConcurrently Done",
                "valid_ccnew ReindexConcurrently Done",
            ],
            await RunAsync(database));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Invalid_ones_alone_may_be_asked_for()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await InvalidateAsync(database, "users_name");
        Assert.Equal(["users_name ReindexConcurrently Done"], await RunAsync(database, new ReindexOptions { InvalidOnly = true }));
        Assert.Empty(await NothingToDoAsync(database));
        await database.NothingIsLeftAsync();

        async Task<IEnumerable<string>> NothingToDoAsync(TestDatabase one)
        {
            await using var plan = await ReindexPlanner.PlanAsync(one.Context(), null, TestDatabase.All, new ReindexOptions { InvalidOnly = true }, default);
            return plan.Names;
        }
    }

    [Fact]
    public async Task What_cannot_be_rebuilt_concurrently_is_skipped_and_says_why()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE booked (span int4range, EXCLUDE USING gist (span WITH &&))");
        Assert.Equal(["booked_span_excl ReindexConcurrently Skipped"], await RunAsync(database));
        Assert.Equal(["booked_span_excl Reindex Done"], await RunAsync(database, new ReindexOptions { Offline = true }));
        var system = await RunAsync(database, null, new MaintenanceTarget(null, "pg_catalog", "pg_am"));
        Assert.Equal(["pg_am_name_index ReindexConcurrently Skipped", "pg_am_oid_index ReindexConcurrently Skipped"], system);
    }

    [Fact]
    public async Task An_index_is_named_or_missed()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        Assert.Equal(["users_name ReindexConcurrently Done"], await RunAsync(database, null, new MaintenanceTarget(null, null, null, "users_name")));
        await using var plan = await ReindexPlanner.PlanAsync(database.Context(), null, [new MaintenanceTarget(null, null, null, "user_name")], new ReindexOptions(), default);
        Assert.Equal(0, plan.Count);
        Assert.Contains("Did you mean 'users_name'?", Assert.Single(plan.Missing).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Indexes_that_are_piped_in_are_those_of_their_own_tables()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, """
            CREATE SCHEMA one; CREATE TABLE one.t (id int, b int); CREATE INDEX a_idx ON one.t (id); CREATE INDEX b_idx ON one.t (b);
            CREATE SCHEMA two; CREATE TABLE two.t (id int, b int); CREATE INDEX a_idx ON two.t (id);
            CREATE TABLE orders (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (10);
            """);
        MaintenanceTarget[] targets = [new(null, "one", "t", "a_idx", Exact: true), new(null, "two", "t", "b_idx", Exact: true)];
        await using var plan = await ReindexPlanner.PlanAsync(database.Context(), null, targets, new ReindexOptions(), default);
        Assert.Equal(["one.a_idx"], plan.Names);
        Assert.Contains("'two.b_idx'", Assert.Single(plan.Missing).Message, StringComparison.Ordinal);
        Assert.Equal(["orders_1_pkey ReindexConcurrently Done"], await RunAsync(database, null, new MaintenanceTarget(null, null, null, "orders_pkey")));
        Assert.Equal(["orders_1_pkey ReindexConcurrently Done"], await RunAsync(database, null, new MaintenanceTarget(null, "public", "orders", "orders_pkey", Exact: true)));
        Assert.Equal(["orders_1_pkey ReindexConcurrently Done"], await RunAsync(database, null, new MaintenanceTarget(null, "public", "orders", Exact: true)));
    }

    [Fact]
    public async Task A_stopped_build_leaves_no_half_index()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await using var old = await database.OpenAsync();
        await TestDatabase.RunAsync(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
        using var stop = new CancellationTokenSource();
        var running = TestDatabase.DoAsync(ReindexPlanner.PlanAsync(database.Context(), null, TestDatabase.All, new ReindexOptions { Limits = new MaintenanceLimits { LockTimeout = TimeSpan.FromSeconds(60) } }, default), stop.Token);
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid) AND EXISTS (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase = 'waiting for old snapshots')");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_table_that_is_in_use_is_tried_again_and_then_skipped_with_nothing_left()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        await using var old = await database.OpenAsync("long report");
        await TestDatabase.RunAsync(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
        var results = await TestDatabase.DoAsync(ReindexPlanner.PlanAsync(
            database.Context(), null, [new MaintenanceTarget(null, null, null, "users_name")],
            new ReindexOptions { Limits = new MaintenanceLimits { LockTimeout = TimeSpan.FromSeconds(1), LockAttempts = 2 } }, default));
        var result = Assert.Single(results);
        Assert.Equal(MaintenanceOutcome.Skipped, result.Outcome);
        Assert.Contains("long report", result.Reason, StringComparison.Ordinal);
        await database.NothingIsLeftAsync();
    }
}
