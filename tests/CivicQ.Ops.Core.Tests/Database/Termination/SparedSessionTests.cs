using CivicQ.Ops.Core.Database.Locks;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Tests.Database.Maintenance;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Termination;

/// <summary>Whom a command that finds sessions, or a condition, spares; and whom a cancel does not stop.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SparedSessionTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private static async Task<SessionStopResult> StopAsync(TestDatabase database, int processId, SessionChoice way, SessionStopOptions? options = null, string? user = null)
    {
        await using var stopper = await SessionStopper.OpenAsync(database.Context(user, user is null ? null : "secret"), default);
        var found = await stopper.FindAsync(new SessionCondition(), new Dictionary<int, DateTimeOffset?> { [processId] = null }, way, default);
        SessionStopResult? only = null;
        await stopper.StopAsync(
            found, new SessionCondition(), options ?? new SessionStopOptions { Mode = SessionStopMode.Terminate, Timeout = TimeSpan.FromSeconds(60) },
            (result, _) =>
            {
                only = result;
                return default;
            },
            default);
        return only!;
    }

    [Fact]
    public async Task What_is_piped_is_judged_as_by_a_condition_and_what_is_typed_is_meant()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        var role = "s" + database.Name;
        await database.RunAsync($"CREATE ROLE {role} LOGIN SUPERUSER PASSWORD 'secret'");
        try
        {
            await using var other = await database.OpenAsync("an application");
            var refused = await StopAsync(database, other.ProcessID, SessionChoice.Piped, user: role);
            Assert.Equal(SessionStopOutcome.Refused, refused.Outcome);
            Assert.EndsWith($"Stop-CivicQDatabaseSession -ProcessId {other.ProcessID} -Environment test", refused.Reason, StringComparison.Ordinal);
            Assert.Equal(SessionStopOutcome.Terminated, (await StopAsync(database, other.ProcessID, SessionChoice.Typed, user: role)).Outcome);

            // The environment's own role, superuser or not.
            await using var own = await database.OpenAsync("an application");
            Assert.Equal(SessionStopOutcome.Terminated, (await StopAsync(database, own.ProcessID, SessionChoice.Piped)).Outcome);

            foreach (var name in (string[])["pg_dump", "CivicQ.Ops", "CivicQ.Ops migration 1"])
            {
                await using var spared = await database.OpenAsync(name);
                Assert.Equal(SessionStopOutcome.Refused, (await StopAsync(database, spared.ProcessID, SessionChoice.Piped)).Outcome);
                Assert.Equal(SessionStopOutcome.Terminated, (await StopAsync(database, spared.ProcessID, SessionChoice.Typed)).Outcome);
            }
        }
        finally
        {
            await database.RunAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Sessions_of_this_module_that_wait_are_spared_by_a_condition()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var locked = await database.OpenAsync("CivicQ.Ops");
        await TestDatabase.RunAsync(locked, "SELECT pg_advisory_lock(1128879697, 2)");
        await using var snapshot = await database.OpenAsync("CivicQ.Ops backup");
        await TestDatabase.RunAsync(snapshot, "BEGIN; SELECT 1");
        await using var query = await database.OpenAsync("CivicQ.Ops");
        await TestDatabase.RunAsync(query, "SELECT 1");
        await Task.Delay(20);
        await using var stopper = await SessionStopper.OpenAsync(database.Context(), default);
        var condition = new SessionCondition { IdleLongerThan = Moment, IdleInTransactionLongerThan = Moment, Database = database.Name };
        var found = (await stopper.FindAsync(condition, null, default)).ToDictionary(session => session.ProcessId);
        Assert.All([locked, snapshot, query], session => Assert.Contains("CivicQ.Ops", found[session.ProcessID].Refusal, StringComparison.Ordinal));

        // Named by its application it is meant; a backup's is not even then, nor where everybody's is.
        var named = (await stopper.FindAsync(condition with { Applications = ["CivicQ.Ops", "CivicQ.Ops backup"] }, null, default)).ToDictionary(session => session.ProcessId);
        var all = (await stopper.FindAsync(new SessionCondition { Database = database.Name }, null, SessionChoice.Everybody, default)).ToDictionary(session => session.ProcessId);
        Assert.All([named, all], sessions =>
        {
            Assert.Null(sessions[query.ProcessID].Refusal);
            Assert.NotNull(sessions[locked.ProcessID].Refusal);
            Assert.NotNull(sessions[snapshot.ProcessID].Refusal);
        });
    }

    [Fact]
    public async Task An_autovacuum_against_wraparound_is_stopped_only_by_whoever_types_its_number()
    {
        await using var server = await LabPostgres.StartAsync(new LabPostgresOptions
        {
            Settings = new Dictionary<string, string> { ["autovacuum"] = "on", ["autovacuum_naptime"] = "1s", ["autovacuum_freeze_max_age"] = "100000" },
        });
        await using var database = await TestDatabase.CreateAsync(server, "CREATE TABLE t (id int)");
        await using var holder = await database.OpenAsync("holder");
        // A lock that keeps vacuum out, and needs no transaction id that would hold back all others.
        await TestDatabase.RunAsync(holder, "BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
        await using var burner = await database.OpenAsync("burner");
        await TestDatabase.RunAsync(burner, "SET synchronous_commit = off");
        await TestDatabase.RunAsync(burner, "DO $$ BEGIN FOR i IN 1..100100 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
        const string Worker = "FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'autovacuum worker' AND query LIKE '%public.t (to prevent wraparound)'";
        await database.UntilAsync($"SELECT EXISTS (SELECT {Worker})");
        var worker = await database.ValueAsync<int>($"SELECT pid {Worker}");
        var refused = await StopAsync(database, worker, SessionChoice.Piped);
        Assert.Equal(SessionStopOutcome.Refused, refused.Outcome);
        Assert.Contains("wraparound", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(worker, await database.ValueAsync<int>($"SELECT pid {Worker}"));
        Assert.Equal(SessionStopOutcome.Terminated, (await StopAsync(database, worker, SessionChoice.Typed)).Outcome);
    }

    [Fact]
    public async Task A_cancel_that_leaves_the_transaction_open_is_not_enough_for_whoever_was_named()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE t (id int)");
        await using var session = await database.OpenAsync("catching");
        await TestDatabase.RunAsync(session, "BEGIN; LOCK TABLE t");
        var running = TestDatabase.RunAsync(session, "DO $$ BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END $$");
        await database.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {session.ProcessID} AND wait_event = 'PgSleep')");
        var result = await StopAsync(
            database, session.ProcessID, SessionChoice.Typed, new SessionStopOptions { Grace = TimeSpan.FromMilliseconds(300), Timeout = TimeSpan.FromSeconds(60) });
        Assert.Equal(SessionStopOutcome.Terminated, result.Outcome);
        await running;
        await database.RunAsync("INSERT INTO t VALUES (1)");
    }

    [Fact]
    public async Task A_session_of_a_database_with_another_encoding_hides_nobody()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE t (id int)");
        var latin = "lat" + database.Name;
        await database.RunAsync($"CREATE DATABASE {latin} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        await using var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.Server.ConnectionString) { Database = latin, CommandTimeout = 0, Pooling = false }.ConnectionString);
        await session.OpenAsync();
        await using var waiter = new NpgsqlConnection(session.ConnectionString + ";Password=" + postgres.Server.Password);
        await waiter.OpenAsync();
        try
        {
            await TestDatabase.RunAsync(session, "BEGIN; SELECT pg_advisory_lock(1), 'Zürich' -- ä");
            var waiting = TestDatabase.RunAsync(waiter, "SELECT pg_advisory_lock(1), 'Zürich' -- ä");
            await database.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {waiter.ProcessID} AND wait_event_type = 'Lock')");
            var sessions = await DatabaseFixture.ListAsync(SessionReader.ReadAsync(database.Context(), new SessionFilter(), default));
            Assert.StartsWith("SELECT pg_advisory_lock(1), 'Z", Assert.Single(sessions, one => one.ProcessId == session.ProcessID).Query, StringComparison.Ordinal);
            var locks = await DatabaseFixture.ListAsync(LockReader.ReadAsync(database.Context(), default));
            Assert.EndsWith("rich' -- \uFFFD", Assert.Single(locks, one => one.ProcessId == session.ProcessID).Query, StringComparison.Ordinal);
            Assert.Equal(SessionStopOutcome.Terminated, (await StopAsync(database, session.ProcessID, SessionChoice.Typed)).Outcome);
            await waiting;
        }
        finally
        {
            await database.RunAsync($"DROP DATABASE {latin} WITH (FORCE)");
        }
    }
}
