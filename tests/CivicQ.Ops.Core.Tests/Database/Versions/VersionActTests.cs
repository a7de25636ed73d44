using CivicQ.Ops.Core.Database.Maintenance;
using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Tests.Database.Maintenance;

namespace CivicQ.Ops.Core.Tests.Database.Versions;

/// <summary>Everything that changes a database, done to each major version.</summary>
[Collection(PostgresCollection.Name)]
public sealed class VersionActTests(VersionsFixture versions)
{
    private const string Table = "CREATE TABLE t (id int PRIMARY KEY, a int, b text); INSERT INTO t SELECT g, g, repeat('x', 50) FROM generate_series(1, 3000) g; DELETE FROM t WHERE id > 2000";

    public static TheoryData<string> Majors => [.. PostgresPrograms.Versions];

    private async Task<TestDatabase> DatabaseAsync(string major) => await TestDatabase.CreateAsync(await versions.ServerAsync(major), Table);

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Tables_are_vacuumed_in_every_way(string major)
    {
        await using var database = await DatabaseAsync(major);
        foreach (var options in new[]
        {
            new VacuumOptions(), new VacuumOptions { Analyze = true, Freeze = true }, new VacuumOptions { Full = true, Analyze = true, Force = true, AvailableBytes = long.MaxValue },
        })
        {
            var result = Assert.Single(await TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(database.Context(), null, TestDatabase.All, options, default)));
            Assert.Equal((MaintenanceOutcome.Done, ""), (result.Outcome, result.Reason ?? ""));
        }

        Assert.Equal(MaintenanceOutcome.Done, Assert.Single(await TestDatabase.DoAsync(VacuumPlanner.AnalyzeAsync(database.Context(), null, TestDatabase.All, false, new MaintenanceLimits(), default))).Outcome);
        Assert.Equal(2000f, await database.ValueAsync<float>("SELECT reltuples FROM pg_class WHERE relname = 't'"));
        await database.NothingIsLeftAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Progress_comes_from_the_servers_own_views(string major)
    {
        await using var database = await DatabaseAsync(major);
        await using var holder = await database.OpenAsync("the holder");
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE t");
        var running = TestDatabase.DoAsync(VacuumPlanner.VacuumAsync(
            database.Context(), null, TestDatabase.All, new VacuumOptions { Limits = new MaintenanceLimits { LockTimeout = TimeSpan.FromMinutes(2) } }, default));
        // All the views are asked in one statement, which must have been answered for this to be said.
        var limit = DateTime.UtcNow.AddMinutes(2);
        while (!database.Reporter.All.Any(text => text.Contains("waits for", StringComparison.Ordinal) && text.Contains("the holder", StringComparison.Ordinal)))
        {
            Assert.False(running.IsCompleted);
            Assert.True(DateTime.UtcNow < limit);
            await Task.Delay(50);
        }

        await TestDatabase.RunAsync(holder, "COMMIT");
        Assert.Equal(MaintenanceOutcome.Done, Assert.Single(await running).Outcome);
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Indexes_are_made_and_rebuilt(string major)
    {
        await using var database = await DatabaseAsync(major);
        var made = Assert.Single(await TestDatabase.DoAsync(IndexPlanner.PlanAsync(
            database.Context(), null, new IndexDefinition { Table = "t", Columns = ["a"], Included = ["b"] }, new MaintenanceLimits { LockTimeout = TimeSpan.FromMinutes(2) }, default)));
        Assert.Equal(MaintenanceOutcome.Done, made.Outcome);
        foreach (var offline in new[] { false, true })
        {
            var results = await TestDatabase.DoAsync(ReindexPlanner.PlanAsync(
                database.Context(), null, TestDatabase.All, new ReindexOptions { Offline = offline, Limits = new MaintenanceLimits { LockTimeout = TimeSpan.FromMinutes(2) } }, default));
            Assert.Equal(["t_a_idx Done", "t_pkey Done"], results.Select(result => $"{result.Index} {result.Outcome}").Order(StringComparer.Ordinal));
        }

        await database.NothingIsLeftAsync();
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Sessions_are_stopped(string major)
    {
        await using var database = await DatabaseAsync(major);
        await using var open = await database.OpenAsync("left open");
        await TestDatabase.RunAsync(open, "BEGIN; SELECT 1");
        await using var stopper = await SessionStopper.OpenAsync(database.Context(), default);
        var condition = new SessionCondition { IdleInTransactionLongerThan = TimeSpan.FromMilliseconds(1), Database = database.Name };
        await database.UntilAsync($"SELECT state_change < clock_timestamp() - interval '2 milliseconds' FROM pg_stat_activity WHERE pid = {open.ProcessID}");
        List<SessionStopResult> results = [];
        await stopper.StopAsync(
            await stopper.FindAsync(condition, null, default), condition, new SessionStopOptions(),
            (result, _) =>
            {
                results.Add(result);
                return default;
            },
            default);
        Assert.Equal((open.ProcessID, SessionStopOutcome.Terminated), (Assert.Single(results).ProcessId, results[0].Outcome));
    }

    [SkippableTheory]
    [MemberData(nameof(Majors))]
    public async Task Writes_are_suspended_and_resumed(string major)
    {
        using var state = new TemporaryFolder();
        var before = Environment.GetEnvironmentVariable("CIVICQ_STATE");
        Environment.SetEnvironmentVariable("CIVICQ_STATE", state.Path);
        try
        {
            await using var database = await DatabaseAsync(major);
            await using (var guard = await WriteGuard.OpenAsync(database.Context(), null, default))
            {
                Assert.True((await guard.SuspendAsync(false, default)).IsVerified);
            }

            Assert.Equal("25006", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.RunAsync("INSERT INTO t VALUES (9999)"))).SqlState);
            await using (var guard = await WriteGuard.OpenAsync(database.Context(), null, default))
            {
                Assert.True((await guard.ResumeAsync(false, false, default)).IsVerified);
            }

            await database.RunAsync("INSERT INTO t VALUES (9999)");
        }
        finally
        {
            Environment.SetEnvironmentVariable("CIVICQ_STATE", before);
        }
    }
}
