using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Tests.Database.Maintenance;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database.Termination;

[Collection(PostgresCollection.Name)]
public class SessionStopperTests(PostgresFixture postgres)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private static async Task<List<SessionStopResult>> StopAsync(
        TestDatabase database, SessionCondition? condition = null, SessionStopOptions? options = null, Dictionary<int, DateTimeOffset?>? named = null,
        string? user = null, string? password = null, Func<Task>? between = null)
    {
        // Other tests' databases are on the same server.
        condition = (condition ?? new SessionCondition()) with { Database = named is null ? database.Name : null };
        await using var stopper = await SessionStopper.OpenAsync(database.Context(user, password), default);
        var found = await stopper.FindAsync(condition, named, default);
        if (between is not null)
        {
            await between();
        }

        List<SessionStopResult> results = [];
        await stopper.StopAsync(
            found, condition, options ?? new SessionStopOptions(),
            (result, _) =>
            {
                results.Add(result);
                return default;
            },
            default);
        return results;
    }

    private static Task<bool> IsThereAsync(TestDatabase database, NpgsqlConnection session) =>
        database.ValueAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {session.ProcessID})");

    private static async Task<DateTimeOffset> StartAsync(TestDatabase database, NpgsqlConnection session) =>
        new(await database.ValueAsync<DateTime>($"SELECT backend_start FROM pg_stat_activity WHERE pid = {session.ProcessID}"));

    [Fact]
    public async Task Each_condition_finds_its_own_sessions()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var idle = await database.OpenAsync("idle one");
        await TestDatabase.RunAsync(idle, "SELECT 1");
        await using var open = await database.OpenAsync("open one");
        await TestDatabase.RunAsync(open, "BEGIN; SELECT 1");
        await using var busy = await database.OpenAsync("busy one");
        var running = TestDatabase.RunAsync(busy, "SELECT pg_sleep(600)");
        await database.UntilAsync("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'busy one' AND state = 'active' AND datname = current_database())");
        await Task.Delay(20);

        var cancelled = Assert.Single(await StopAsync(database, new SessionCondition { RunningLongerThan = Moment }));
        Assert.Equal((busy.ProcessID, SessionStopOutcome.Cancelled, "active"), (cancelled.ProcessId, cancelled.Outcome, cancelled.State));
        Assert.Equal("57014", (await Assert.ThrowsAsync<PostgresException>(() => running)).SqlState);
        Assert.True(await IsThereAsync(database, busy));

        var left = Assert.Single(await StopAsync(database, new SessionCondition { IdleInTransactionLongerThan = Moment }));
        Assert.Equal((open.ProcessID, SessionStopOutcome.Terminated), (left.ProcessId, left.Outcome));
        Assert.False(await IsThereAsync(database, open));
        Assert.True(await IsThereAsync(database, idle));

        Assert.Empty(await StopAsync(database, new SessionCondition { IdleLongerThan = TimeSpan.FromHours(1) }));
        Assert.Empty(await StopAsync(database, new SessionCondition { IdleLongerThan = Moment, Applications = ["nobody"] }));
        var all = await StopAsync(database, new SessionCondition { IdleLongerThan = Moment, Applications = ["idle one", "busy one"], Users = ["postgres"] });
        Assert.Equal(new HashSet<int> { idle.ProcessID, busy.ProcessID }, all.Select(result => result.ProcessId).ToHashSet());
        Assert.All(all, result => Assert.Equal(SessionStopOutcome.Terminated, result.Outcome));
    }

    [Fact]
    public async Task A_number_that_another_session_has_by_now_is_gone_and_nobody_is_hit()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var session = await database.OpenAsync();
        var start = await StartAsync(database, session);
        var result = Assert.Single(await StopAsync(database, named: new() { [session.ProcessID] = start.AddSeconds(-1) }));
        Assert.Equal(SessionStopOutcome.Gone, result.Outcome);
        Assert.True(await IsThereAsync(database, session));
        Assert.Equal(SessionStopOutcome.Terminated, Assert.Single(await StopAsync(database, named: new() { [session.ProcessID] = start })).Outcome);
        Assert.Equal(SessionStopOutcome.Gone, Assert.Single(await StopAsync(database, named: new() { [session.ProcessID] = start })).Outcome);
    }

    [Fact]
    public async Task The_condition_is_asked_again_as_the_signal_is_sent()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var session = await database.OpenAsync("changing");
        await TestDatabase.RunAsync(session, "BEGIN; SELECT 1");
        await Task.Delay(20);
        var result = Assert.Single(await StopAsync(
            database, new SessionCondition { IdleInTransactionLongerThan = Moment }, between: () => TestDatabase.RunAsync(session, "COMMIT")));
        Assert.Equal(SessionStopOutcome.Refused, result.Outcome);
        Assert.Contains("idle", result.Reason, StringComparison.Ordinal);
        Assert.True(await IsThereAsync(database, session));
    }

    [Fact]
    public async Task A_statement_that_does_not_heed_the_cancel_loses_its_session()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var stubborn = await database.OpenAsync();
        var running = TestDatabase.RunAsync(
            stubborn, "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$");
        await database.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {stubborn.ProcessID} AND wait_event = 'PgSleep')");
        var named = new Dictionary<int, DateTimeOffset?> { [stubborn.ProcessID] = null };
        var cancel = Assert.Single(await StopAsync(database, options: new SessionStopOptions { Mode = SessionStopMode.Cancel, Grace = TimeSpan.FromMilliseconds(300) }, named: named));
        Assert.Equal(SessionStopOutcome.StillThere, cancel.Outcome);
        var both = Assert.Single(await StopAsync(database, options: new SessionStopOptions { Grace = TimeSpan.FromMilliseconds(300), Timeout = TimeSpan.FromSeconds(60) }, named: named));
        Assert.Equal(SessionStopOutcome.Terminated, both.Outcome);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => running);
    }

    [Fact]
    public async Task Nothing_to_cancel_is_said_and_the_session_stays()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var idle = await database.OpenAsync();
        await TestDatabase.RunAsync(idle, "SELECT 1");
        var result = Assert.Single(await StopAsync(database, options: new SessionStopOptions { Mode = SessionStopMode.Cancel }, named: new() { [idle.ProcessID] = null }));
        Assert.Equal((SessionStopOutcome.Refused, "It is idle: there is no statement to cancel."), (result.Outcome, result.Reason));
        Assert.True(await IsThereAsync(database, idle));
    }

    [Fact]
    public async Task Whom_the_role_may_not_signal_is_said_to_be_so()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        var role = "r" + database.Name;
        await database.RunAsync($"CREATE ROLE {role} LOGIN PASSWORD 'secret' IN ROLE pg_read_all_stats");
        try
        {
            await using var super = await database.OpenAsync("of a superuser");
            await TestDatabase.RunAsync(super, "SELECT 1");
            await Task.Delay(20);
            Assert.Equal(
                SessionStopOutcome.NotPermitted, Assert.Single(await StopAsync(database, named: new() { [super.ProcessID] = null }, user: role, password: "secret")).Outcome);
            var byCondition = await StopAsync(database, new SessionCondition { IdleLongerThan = Moment, Applications = ["of a superuser"] }, user: role, password: "secret");
            Assert.Equal(SessionStopOutcome.Refused, Assert.Single(byCondition).Outcome);
            Assert.True(await IsThereAsync(database, super));
        }
        finally
        {
            await database.RunAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task Oneself_the_servers_own_and_prepared_transactions_are_never_touched()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        var checkpointer = await database.ValueAsync<int>("SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'");
        var results = await StopAsync(database, named: new() { [checkpointer] = null, [0] = null, [int.MaxValue] = null });
        Assert.Equal(
            [(0, SessionStopOutcome.Refused), (checkpointer, SessionStopOutcome.Refused), (int.MaxValue, SessionStopOutcome.Gone)],
            results.Select(result => (result.ProcessId, result.Outcome)).OrderBy(result => result.ProcessId));
        await using var stopper = await SessionStopper.OpenAsync(database.Context(), default);
        var all = await stopper.FindAsync(new SessionCondition { Database = database.Name, Applications = ["CivicQ.Ops"] }, null, default);
        Assert.Equal("This is the session of the cmdlet itself.", Assert.Single(all).Refusal);
    }

    [Fact]
    public async Task The_description_says_who_what_and_how_long()
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await using var session = await database.OpenAsync("an app");
        await TestDatabase.RunAsync(session, "SELECT 'a very long statement that goes on and on',\n 'and on', 'and on'");
        await using var stopper = await SessionStopper.OpenAsync(database.Context(), default);
        var found = Assert.Single(await stopper.FindAsync(new SessionCondition { Applications = ["an app"], Database = database.Name }, null, default));
        Assert.Matches($"^process {session.ProcessID} \\(postgres, 'an app'\\) idle for .+: SELECT 'a very long statement that goes on and on', 'and.*…$", found.Description);
    }
}
