using CivicQ.Ops.Core.Database;
using CivicQ.Ops.Core.Database.Sessions;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database;

[Collection(DatabaseCollection.Name)]
public class SessionReaderTests(DatabaseFixture server)
{
    private Task<List<DatabaseSession>> ReadAsync(SessionFilter filter, string? user = null, string? password = null) =>
        DatabaseFixture.ListAsync(SessionReader.ReadAsync(server.Context(user, password), filter, CancellationToken.None));

    [Fact]
    public async Task A_session_tells_what_it_does()
    {
        await using var connection = await server.OpenAsync("it's \"idle\"");
        await DatabaseFixture.ExecuteAsync(connection, "BEGIN; SELECT 'ALTER ROLE x PASSWORD ''PLANTED'''");
        var session = Assert.Single(await ReadAsync(new SessionFilter { Applications = ["it's \"idle\""] }));
        Assert.Equal(
            (connection.ProcessID, "civicq", "postgres", "127.0.0.1", DatabaseSessionState.IdleInTransaction, "client backend", true, false, false),
            (session.ProcessId, session.Database, session.User, session.ClientAddress, session.State, session.BackendType, session.IsSuperuser, session.IsOwn, session.IsHidden));
        Assert.NotNull(session.TransactionStart);
        Assert.NotNull(session.Idle);
        Assert.Null(session.Running);
        Assert.Equal(session.Idle, session.Duration);
        Assert.DoesNotContain("PLANTED", session.Query, StringComparison.Ordinal);
        Assert.Equal(await server.ScalarAsync<DateTime>($"SELECT backend_start FROM pg_stat_activity WHERE pid = {connection.ProcessID}"), session.BackendStart!.Value.UtcDateTime);
    }

    [Fact]
    public async Task Every_filter_counts()
    {
        await using var connection = await server.OpenAsync("wanted");
        await using var other = await server.OpenAsync("wanted too", "Other DB");
        await DatabaseFixture.ExecuteAsync(connection, "SELECT 1");
        await DatabaseFixture.ExecuteAsync(other, "SELECT 1");
        async Task<IEnumerable<int>> Ids(SessionFilter filter) => (await ReadAsync(filter)).Select(one => one.ProcessId).Order();
        int[] both = [.. new[] { connection.ProcessID, other.ProcessID }.Order()];
        Assert.Equal(both, await Ids(new SessionFilter { Applications = ["WANTED*"] }));
        Assert.Equal([other.ProcessID], await Ids(new SessionFilter { Applications = ["wanted*"], Databases = ["Other DB"] }));
        Assert.Equal(both, await Ids(new SessionFilter { Applications = ["wanted*"], Users = ["post*"], States = [DatabaseSessionState.Idle, DatabaseSessionState.Active] }));
        Assert.Empty(await Ids(new SessionFilter { Applications = ["wanted*"], Users = ["\"; DROP TABLE users; --"] }));
        Assert.Empty(await Ids(new SessionFilter { Applications = ["wanted*"], States = [DatabaseSessionState.Active] }));
        Assert.Empty(await Ids(new SessionFilter { Applications = ["wanted*"], OlderThan = TimeSpan.FromDays(1) }));
        Assert.Equal(both, await Ids(new SessionFilter { Applications = ["wanted*"], OlderThan = TimeSpan.Zero }));
        Assert.Empty(await Ids(new SessionFilter { Applications = ["wanted*"], Blocked = true }));
        Assert.Equal([connection.ProcessID], await Ids(new SessionFilter { ProcessIds = [connection.ProcessID] }));
    }

    [Fact]
    public async Task The_servers_own_processes_come_on_demand()
    {
        var all = await ReadAsync(new SessionFilter { IncludeBackground = true });
        Assert.Contains(all, one => one.BackendType == "checkpointer" && one.State == DatabaseSessionState.Unknown);
        Assert.Single(all, one => one.IsOwn);
        Assert.DoesNotContain(await ReadAsync(SessionFilter.All), one => one.IsOwn || one.BackendType != "client backend");
    }

    [Fact]
    public async Task A_role_without_privilege_sees_that_it_does_not_see()
    {
        await using var connection = await server.OpenAsync("private");
        await DatabaseFixture.ExecuteAsync(connection, "SELECT 'my business'");
        var session = Assert.Single(await ReadAsync(new SessionFilter { ProcessIds = [connection.ProcessID] }, DatabaseFixture.Nobody, "nothing"));
        Assert.True(session.IsHidden);
        Assert.Null(session.Query);
        Assert.Equal(DatabaseSessionState.Unknown, session.State);
    }

    [Fact]
    public async Task The_errors_are_the_catalogues()
    {
        async Task<ErrorDefinition> Failure(Task task) => (await Assert.ThrowsAsync<OperationException>(() => task)).Definition;
        Assert.Equal(DatabaseErrors.AuthenticationFailed, await Failure(ReadAsync(SessionFilter.All, "postgres", "wrong")));
        Assert.Equal(DatabaseErrors.Unreachable, await Failure(DatabaseFixture.ListAsync(SessionReader.ReadAsync(server.Context(port: 1), SessionFilter.All, CancellationToken.None))));
        Assert.Equal(DatabaseErrors.NoSuchDatabase, await Failure(DatabaseFixture.ListAsync(SessionReader.ReadAsync(server.Context(database: "nowhere"), SessionFilter.All, CancellationToken.None))));
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DatabaseFixture.ListAsync(SessionReader.ReadAsync(server.Context(), SessionFilter.All, stopped.Token)));
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_cancelled_on_the_server()
    {
        await using var connection = await server.OpenAsync("too long");
        var error = await Assert.ThrowsAsync<OperationException>(() => DatabaseFixture.ListAsync(DatabaseReader.ReadAsync(
            connection, TimeSpan.FromSeconds(1), "SELECT pg_sleep(600)", [], _ => 1, CancellationToken.None)));
        Assert.Equal(GeneralErrors.TimedOut, error.Definition);
        await server.UntilAsync("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'too long' AND state = 'active')");
    }
}
