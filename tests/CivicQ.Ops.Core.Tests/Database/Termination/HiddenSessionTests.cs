using CivicQ.Ops.Core.Database.Termination;
using CivicQ.Ops.Core.Tests.Database.Maintenance;
using Npgsql;
using Npgsql.Replication;

namespace CivicQ.Ops.Core.Tests.Database.Termination;

/// <summary>An operator's role that may signal sessions and not see what they do, and sessions that do not tell.</summary>
[Collection(PostgresCollection.Name)]
public sealed class HiddenSessionTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Password = "secret";
    private readonly TemporaryFolder state = new();
    private readonly string? before = Environment.GetEnvironmentVariable("CIVICQ_STATE");
    private TestDatabase database = null!;
    private string op = "";
    private string app = "";

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("CIVICQ_STATE", state.Path);
        database = await TestDatabase.CreateAsync(postgres.Server, "CREATE TABLE t (id int)");
        (op, app) = ("op_" + database.Name, "app_" + database.Name);
        await database.RunAsync($"CREATE ROLE {op} LOGIN PASSWORD '{Password}' IN ROLE pg_signal_backend; CREATE ROLE {app} LOGIN PASSWORD '{Password}'; GRANT INSERT ON t TO {app}");
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("CIVICQ_STATE", before);
        state.Dispose();
        await database.RunAsync($"ALTER DATABASE {database.Name} OWNER TO postgres; DROP OWNED BY {app}, {op}; DROP ROLE {app}, {op}");
        await database.DisposeAsync();
    }

    private async Task<List<SessionStopResult>> StopAsync(string user, int processId, SessionStopMode mode, SessionChoice way = SessionChoice.Typed, string? password = Password)
    {
        await using var stopper = await SessionStopper.OpenAsync(database.Context(user, password), default);
        var found = await stopper.FindAsync(new SessionCondition(), new Dictionary<int, DateTimeOffset?> { [processId] = null }, way, default);
        List<SessionStopResult> results = [];
        await stopper.StopAsync(
            found, new SessionCondition(), new SessionStopOptions { Mode = mode, Grace = TimeSpan.FromMilliseconds(300), Timeout = TimeSpan.FromSeconds(60) },
            (result, _) =>
            {
                results.Add(result);
                return default;
            },
            default);
        return results;
    }

    private Task<bool> IsThereAsync(int processId) => database.ValueAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {processId})");

    [Theory]
    [InlineData(SessionStopMode.Cancel)]
    [InlineData(SessionStopMode.CancelThenTerminate)]
    public async Task What_cannot_be_seen_is_cancelled_and_never_ended_unless_that_is_said(SessionStopMode mode)
    {
        await using var session = await database.OpenAsync("hidden", app, Password);
        var running = TestDatabase.RunAsync(session, "SELECT pg_sleep(600)");
        await database.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {session.ProcessID} AND wait_event = 'PgSleep')");
        var result = Assert.Single(await StopAsync(op, session.ProcessID, mode));
        Assert.Equal(SessionStopOutcome.CancelSent, result.Outcome);
        Assert.Contains("pg_read_all_stats", result.Reason, StringComparison.Ordinal);
        Assert.Equal("57014", (await Assert.ThrowsAsync<PostgresException>(() => running)).SqlState);

        // Idle, it is told in vain, and is still there.
        Assert.Equal(SessionStopOutcome.CancelSent, Assert.Single(await StopAsync(op, session.ProcessID, mode)).Outcome);
        await TestDatabase.RunAsync(session, "SELECT 1");
        Assert.Equal(SessionStopOutcome.Terminated, Assert.Single(await StopAsync(op, session.ProcessID, SessionStopMode.Terminate)).Outcome);
    }

    [Fact]
    public async Task One_that_does_not_tell_what_it_does_is_cancelled_too()
    {
        await using var session = await database.OpenAsync("silent");
        await TestDatabase.RunAsync(session, "SET track_activities = off; SELECT 1");
        Assert.Equal(SessionStopOutcome.CancelSent, Assert.Single(await StopAsync("postgres", session.ProcessID, SessionStopMode.Cancel, password: null)).Outcome);
        var result = Assert.Single(await StopAsync("postgres", session.ProcessID, SessionStopMode.CancelThenTerminate, password: null));
        Assert.Contains("-Mode Terminate", result.Reason, StringComparison.Ordinal);
        Assert.True(await IsThereAsync(session.ProcessID));
    }

    [Theory]
    [InlineData(SessionStopMode.Cancel)]
    [InlineData(SessionStopMode.CancelThenTerminate)]
    [InlineData(SessionStopMode.Terminate)]
    public async Task A_hidden_session_that_sends_the_log_is_left_alone(SessionStopMode mode)
    {
        await database.RunAsync($"ALTER ROLE {app} REPLICATION");
        await using var sender = await SendingAsync();
        Assert.Equal(SessionStopOutcome.Refused, Assert.Single(await StopAsync(op, sender.ProcessID, mode)).Outcome);
        Assert.True(await IsThereAsync(sender.ProcessID));
    }

    [Fact]
    public async Task Whoever_fits_a_condition_unseen_is_counted()
    {
        await using var session = await database.OpenAsync("hidden", app, Password);
        await using var stopper = await SessionStopper.OpenAsync(database.Context(op, Password), default);
        var condition = new SessionCondition { IdleLongerThan = TimeSpan.FromMilliseconds(1), Database = database.Name, Applications = ["hidden"] };
        Assert.Empty(await stopper.FindAsync(condition, null, default));
        Assert.Equal(1, await stopper.HiddenAsync(condition, default));
        Assert.Equal(0, await stopper.HiddenAsync(condition with { Applications = ["another"] }, default));
        var named = await stopper.FindAsync(condition, new Dictionary<int, DateTimeOffset?> { [session.ProcessID] = null }, default);
        Assert.Contains("is not known", Assert.Single(named).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hidden_sessions_that_go_on_writing_are_not_overlooked()
    {
        var owner = "own_" + database.Name;
        await using var admin = await database.OpenAsync("admin");
        await TestDatabase.RunAsync(admin, $"CREATE ROLE {owner} LOGIN PASSWORD '{Password}'; ALTER DATABASE {database.Name} OWNER TO {owner}");
        try
        {
            await using var writer = await database.OpenAsync("writer", app, Password);
            await TestDatabase.RunAsync(writer, "INSERT INTO t VALUES (1)");
            var reporter = new Recorder();
            var suspended = await GuardAsync(owner, guard => guard.SuspendAsync(false, default), reporter);
            Assert.True(suspended.SessionsLeft >= 1);
            Assert.Contains(reporter.Warnings, warning => warning.Contains(app, StringComparison.Ordinal) && warning.Contains("pg_signal_backend", StringComparison.Ordinal));
            await TestDatabase.RunAsync(writer, "INSERT INTO t VALUES (2)");

            await TestDatabase.RunAsync(admin, $"GRANT pg_signal_backend TO {owner}");
            Assert.True((await GuardAsync(owner, guard => guard.SuspendAsync(false, default))).SessionsEnded >= 1);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => TestDatabase.RunAsync(writer, "INSERT INTO t VALUES (3)"));

            await using var reader = await database.OpenAsync("began read-only", app, Password);
            await TestDatabase.RunAsync(reader, "SELECT 1");
            Assert.True((await GuardAsync(owner, guard => guard.ResumeAsync(false, false, default))).SessionsEnded >= 1);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => TestDatabase.RunAsync(reader, "INSERT INTO t VALUES (4)"));
        }
        finally
        {
            await TestDatabase.RunAsync(
                admin, $"ALTER DATABASE {database.Name} RESET default_transaction_read_only; ALTER DATABASE {database.Name} OWNER TO postgres; DROP OWNED BY {owner}; DROP ROLE {owner}");
        }
    }

    private async Task<DatabaseWriteState> GuardAsync(string user, Func<WriteGuard, Task<DatabaseWriteState>> work, Recorder? reporter = null)
    {
        await using var guard = await WriteGuard.OpenAsync(database.Context(user, Password, reporter: reporter ?? new Recorder()), null, default);
        return await work(guard);
    }

    private async Task<PhysicalReplicationConnection> SendingAsync()
    {
        var server = postgres.Server;
        var sender = new PhysicalReplicationConnection($"Host={server.Host};Port={server.Port};Username={app};Password={Password}");
        await sender.Open();
        await database.UntilAsync($"SELECT EXISTS (SELECT FROM pg_stat_replication WHERE pid = {sender.ProcessID})");
        return sender;
    }
}
