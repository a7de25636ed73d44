using System.Globalization;
using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Processes;

namespace CivicQ.Ops.Core.Tests.Database.Maintenance;

/// <summary>Servers that restart, connections that are cut, replicas: each test that restarts a server has its own.</summary>
[Collection(PostgresCollection.Name)]
public class LostServerTests(PostgresFixture postgres)
{
    private const string Tables = """
        CREATE TABLE big (id int PRIMARY KEY, name text); INSERT INTO big SELECT i, repeat('x', 50) FROM generate_series(1, 5000) i; UPDATE big SET id = id + 100000;
        CREATE TABLE small (id int PRIMARY KEY);
        """;

    private static Task<string> RestartAsync(LabPostgres server, string mode) => LabCommand.RunAsync(
        Path.Combine(LabPrograms.PostgresFolder()!, "pg_ctl"),
        ["restart", "-s", "-w", "-t", "120", "-m", mode, "-D", server.DataFolder, "-l", server.LogFile],
        server.Folder, new Dictionary<string, string> { ["LC_ALL"] = "C", ["PATH"] = Environment.GetEnvironmentVariable("PATH")! }, UnprivilegedAccount.Find(LabErrors.ServerStartFailed), CancellationToken.None);

    [Theory]
    [InlineData("immediate")]
    [InlineData("fast")]
    public async Task A_server_that_restarts_in_mid_vacuum_is_waited_for(string mode)
    {
        var server = await LabPostgres.StartAsync(new LabPostgresOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } });
        try
        {
            await using var database = await TestDatabase.CreateAsync(server, Tables);
            await database.RunAsync($"ALTER DATABASE {database.Name} SET vacuum_cost_delay = 100; ALTER DATABASE {database.Name} SET vacuum_cost_limit = 1");
            var running = TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(
                database.Context(), null, TestDatabase.All, new VacuumOptions { Limits = new MaintenanceLimits { Parallel = 1, ReconnectTimeout = TimeSpan.FromSeconds(120) } }, default));
            await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_progress_vacuum WHERE heap_blks_scanned > 0)");
            await database.RunAsync($"ALTER DATABASE {database.Name} RESET ALL; CHECKPOINT");
            await RestartAsync(server, mode);
            var results = await running.WaitAsync(TimeSpan.FromMinutes(5));
            Assert.Equal(["big Failed", "small Done"], results.Select(result => $"{result.Table} {result.Outcome}"));
            Assert.StartsWith("The connection was lost: ", results[0].Reason, StringComparison.Ordinal);
            await database.NothingIsLeftAsync();
        }
        finally
        {
            await LabPostgres.StopAsync(server.Folder, LabPostgres.RunningIn(server.Folder));
        }
    }

    [Fact]
    public async Task A_connection_cut_in_mid_reindex_leaves_no_half_index()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Tables);
        // A snapshot that is older than the new index holds the build up, and is no lock on the table.
        await using var old = await database.OpenAsync();
        await TestDatabase.RunAsync(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
        var running = TestDatabase.DoAsync(ReindexPlanner.PlanAsync(
            database.Context(), null, [new MaintenanceTarget(null, null, "big")], new ReindexOptions { Limits = new MaintenanceLimits { Parallel = 1, LockTimeout = TimeSpan.FromSeconds(60) } }, default));
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase LIKE 'waiting for old snapshots') AND EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)");
        await database.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index WHERE datname = current_database()");
        await TestDatabase.RunAsync(old, "ROLLBACK");
        var result = Assert.Single(await running.WaitAsync(TimeSpan.FromMinutes(3)));
        Assert.Equal((MaintenanceOutcome.Failed, "big_pkey"), (result.Outcome, result.Index));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_leading_connection_that_is_cut_is_made_again_with_its_lock()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Tables);
        await using var holder = await database.OpenAsync();
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE big IN ACCESS EXCLUSIVE MODE");
        var limits = new MaintenanceLimits { Parallel = 1, LockTimeout = TimeSpan.FromMilliseconds(100), LockAttempts = int.MaxValue };
        var running = TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions { Limits = limits }, default));
        const string Leaders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        await database.UntilAsync($"SELECT EXISTS ({Leaders})");
        var first = await database.ValueAsync<int>(Leaders);
        await database.RunAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT pg_terminate_backend({first})"));
        await database.UntilAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT EXISTS ({Leaders} AND pid <> {first})"));
        await TestDatabase.RunAsync(holder, "ROLLBACK");
        Assert.All(await running.WaitAsync(TimeSpan.FromMinutes(3)), result => Assert.Equal(MaintenanceOutcome.Done, result.Outcome));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_leading_connection_that_is_cut_again_and_again_comes_back_with_its_lock()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Tables);
        await using var holder = await database.OpenAsync();
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE big IN ACCESS EXCLUSIVE MODE");
        var limits = new MaintenanceLimits { Parallel = 1, LockTimeout = TimeSpan.FromSeconds(100), ReconnectTimeout = TimeSpan.FromSeconds(60) };
        var running = TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, [new MaintenanceTarget(null, null, "big")], new VacuumOptions { Limits = limits }, default));
        const string Working = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'CivicQ.Ops' AND wait_event_type = 'Lock'";
        await database.UntilAsync($"SELECT EXISTS ({Working})");
        // Whatever leads is ended as soon as it appears, wherever it has got to.
        await database.RunAsync($"""
            DO $$ BEGIN FOR i IN 1..1500 LOOP
                PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'CivicQ.Ops' AND pid NOT IN ({Working});
                PERFORM pg_stat_clear_snapshot(); PERFORM pg_sleep(0.001);
            END LOOP; END $$
            """);
        var leads = database.UntilAsync("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))");
        if (await Task.WhenAny(leads, running) == running)
        {
            await running;
        }

        await leads;
        await TestDatabase.RunAsync(holder, "ROLLBACK");
        Assert.Equal(MaintenanceOutcome.Done, Assert.Single(await running.WaitAsync(TimeSpan.FromMinutes(3))).Outcome);
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_leading_connection_that_is_cut_before_the_run_is_made_again()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, Tables);
        await using var plan = await VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions(), default);
        await database.RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'CivicQ.Ops'");
        var results = await TestDatabase.DoAsync(Task.FromResult(plan));
        Assert.Equal(2, results.Count(result => result.Outcome == MaintenanceOutcome.Done));
        await database.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_replica_is_refused_before_anything_is_done()
    {
        var server = await LabPostgres.StartAsync();
        try
        {
            await using var database = await TestDatabase.CreateAsync(server, Tables);
            // In recovery for ever, since nobody sends it anything.
            await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "standby.signal"), "");
            UnprivilegedAccount.Find(LabErrors.ServerStartFailed)?.Own(Path.Combine(server.DataFolder, "standby.signal"));
            await RestartAsync(server, "fast");
            async Task Refused(Func<Task<MaintenancePlan>> plan) => Assert.Equal(MaintenanceErrors.ReadOnlyServer, (await Assert.ThrowsAsync<OperationException>(plan)).Definition);
            await Refused(() => VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, new VacuumOptions(), default));
            await Refused(() => VacuumPlanner.AnalyzeAsync(database.Context(), null, TestDatabase.All, false, new MaintenanceLimits(), default));
            await Refused(() => ReindexPlanner.PlanAsync(database.Context(), null, TestDatabase.All, new ReindexOptions(), default));
            await Refused(() => IndexPlanner.PlanAsync(database.Context(), null, new IndexDefinition { Table = "big", Columns = ["name"] }, new MaintenanceLimits(), default));
            File.Delete(Path.Combine(server.DataFolder, "standby.signal"));
            await RestartAsync(server, "fast");
        }
        finally
        {
            await LabPostgres.StopAsync(server.Folder, LabPostgres.RunningIn(server.Folder));
        }
    }
}
