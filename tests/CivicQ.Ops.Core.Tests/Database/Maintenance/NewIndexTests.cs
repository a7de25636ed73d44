using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

[Collection(PostgresCollection.Name)]
public class NewIndexTests(PostgresFixture postgres)
{
    private const string Users = "CREATE TABLE users (id int PRIMARY KEY, name text, city text, tags text[]); INSERT INTO users SELECT i, 'n' || i, 'c' FROM generate_series(1, 1000) i;";

    private static Task<MaintenancePlan> Plan(TestDatabase database, IndexDefinition index, MaintenanceLimits? limits = null) =>
        IndexPlanner.PlanAsync(database.Context(), null, index, limits ?? new MaintenanceLimits { Parallel = 1, LockTimeout = TimeSpan.FromSeconds(60) }, default);

    private static async Task<ErrorDefinition> RefusedAsync(TestDatabase database, IndexDefinition index) =>
        (await Assert.ThrowsAsync<OperationException>(() => Plan(database, index))).Definition;

    [Fact]
    public async Task An_index_is_made_of_every_kind()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        IndexDefinition[] all =
        [
            new() { Table = "users", Columns = ["name"] },
            new() { Table = "users", Columns = ["city", "name"], Included = ["id"], Name = "mine" },
            new() { Table = "users", Columns = ["name"], IsUnique = true, Name = "unique_name" },
            new() { Table = "users", Columns = ["tags"], Method = "gin" },
            new() { Table = "users", Columns = ["id"], Method = "brin" },
        ];
        foreach (var index in all)
        {
            var result = Assert.Single(await TestDatabase.DoAsync(Plan(database, index)));
            Assert.Equal((MaintenanceOutcome.Done, MaintenanceAction.CreateIndex, "users"), (result.Outcome, result.Action, result.Table));
            Assert.True(result.BytesAfter > 0);
        }

        Assert.Equal(
            "CREATE INDEX mine ON public.users USING btree (city, name) INCLUDE (id)", await database.ValueAsync<string>("SELECT indexdef FROM pg_indexes WHERE indexname = 'mine'"));
        Assert.Equal(6, await database.ValueAsync<long>("SELECT count(*) FROM pg_indexes WHERE tablename = 'users' AND indexname IN ('users_pkey', 'users_name_idx', 'mine', 'unique_name', 'users_tags_idx', 'users_id_idx')"));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task Names_of_any_kind_are_only_names()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users);
        foreach (var name in TestDatabase.HostileNames)
        {
            await database.RunAsync($"CREATE SCHEMA {SqlIdentifier.Quote(name)}; CREATE TABLE {SqlIdentifier.Quote(name, name)} ({SqlIdentifier.Quote(name)} int, {SqlIdentifier.Quote(name + "2")} int)");
            var index = new IndexDefinition { Schema = name, Table = name, Columns = [name], Included = [name + "2"], Name = name + " index" };
            Assert.Equal(MaintenanceOutcome.Done, Assert.Single(await TestDatabase.DoAsync(Plan(database, index))).Outcome);
            var unnamed = new IndexDefinition { Schema = name, Table = name, Columns = [name + "2"] };
            Assert.Equal(MaintenanceOutcome.Done, Assert.Single(await TestDatabase.DoAsync(Plan(database, unnamed))).Outcome);
        }

        Assert.Equal(1000, await database.ValueAsync<long>("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task A_second_one_of_the_same_is_refused_and_the_first_named()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + """
            CREATE INDEX partial ON users (city) WHERE id > 5; CREATE INDEX pattern ON users (city text_pattern_ops); CREATE INDEX backwards ON users (city DESC);
            CREATE INDEX expression ON users (lower(city)); CREATE INDEX collated ON users (city COLLATE "C"); CREATE INDEX two ON users (name, city) INCLUDE (id);
            """);
        Assert.Equal(MaintenanceErrors.IndexDuplicate, await RefusedAsync(database, new() { Table = "users", Columns = ["id"] }));
        Assert.Equal(MaintenanceErrors.IndexDuplicate, await RefusedAsync(database, new() { Table = "users", Columns = ["id"], IsUnique = true }));
        Assert.Equal(MaintenanceErrors.IndexDuplicate, await RefusedAsync(database, new() { Table = "users", Columns = ["name", "city"] }));
        Assert.Contains("'two'", (await Assert.ThrowsAsync<OperationException>(() => Plan(database, new() { Table = "users", Columns = ["name", "city"], Included = ["id"] }))).Message, StringComparison.Ordinal);
        foreach (var other in new IndexDefinition[]
        {
            new() { Table = "users", Columns = ["city"] }, new() { Table = "users", Columns = ["city", "name"] }, new() { Table = "users", Columns = ["name", "city"], IsUnique = true },
            new() { Table = "users", Columns = ["name", "city"], Included = ["tags"] }, new() { Table = "users", Columns = ["id"], Method = "hash" }, new() { Table = "users", Columns = ["name"] },
        })
        {
            await (await Plan(database, other)).DisposeAsync();
        }
    }

    [Fact]
    public async Task What_cannot_be_is_refused_before_anything_is_done()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE INDEX other ON users (city);");
        Assert.Equal(DatabaseErrors.TableNotFound, await RefusedAsync(database, new() { Table = "user", Columns = ["id"] }));
        Assert.Equal(MaintenanceErrors.ColumnNotFound, await RefusedAsync(database, new() { Table = "users", Columns = ["nam"] }));
        Assert.Equal(MaintenanceErrors.IndexUnsupported, await RefusedAsync(database, new() { Table = "p", Columns = ["id"] }));
        Assert.Equal(MaintenanceErrors.IndexUnsupported, await RefusedAsync(database, new() { Table = "users", Columns = ["name"], Method = "bloom) --" }));
        Assert.Equal(MaintenanceErrors.IndexNameTaken, await RefusedAsync(database, new() { Table = "users", Columns = ["name"], Name = "other" }));
        Assert.Equal(MaintenanceErrors.IndexNameTaken, await RefusedAsync(database, new() { Table = "users", Columns = ["name"], Name = "p" }));
    }

    [Fact]
    public async Task An_invalid_one_of_the_name_goes_first()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "CREATE INDEX users_name_idx ON users (name);");
        await database.RunAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_name_idx'::regclass");
        var results = await TestDatabase.DoAsync(Plan(database, new() { Table = "users", Columns = ["name"] }));
        Assert.Equal(["DropInvalidIndex Done", "CreateIndex Done"], results.Select(result => $"{result.Action} {result.Outcome}"));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_build_that_is_stopped_or_fails_leaves_no_half_index()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Users + "INSERT INTO users VALUES (2000, 'n1', 'd');");
        var failed = Assert.Single(await TestDatabase.DoAsync(Plan(database, new() { Table = "users", Columns = ["name"], IsUnique = true })));
        Assert.Equal(MaintenanceOutcome.Failed, failed.Outcome);
        Assert.Contains("23505", failed.Reason, StringComparison.Ordinal);
        await database.NothingIsLeftAsync();

        await using var old = await database.OpenAsync();
        await TestDatabase.RunAsync(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
        using var stop = new CancellationTokenSource();
        var running = TestDatabase.DoAsync(Plan(database, new() { Table = "users", Columns = ["name"] }), stop.Token);
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid) AND EXISTS (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase = 'waiting for old snapshots')");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(TimeSpan.FromMinutes(2)));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public void A_long_name_is_cut_where_a_letter_ends() =>
        Assert.Equal(new string('ü', 29) + "_idx", IndexPlanner.DefaultName(new IndexDefinition { Table = new string('ü', 40), Columns = ["x"] }));
}
