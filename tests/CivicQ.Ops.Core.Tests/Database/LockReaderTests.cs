using CivicQ.Ops.Core.Database.Locks;
using CivicQ.Ops.Core.Database.Sessions;
using Npgsql;

namespace CivicQ.Ops.Core.Tests.Database;

[Collection(DatabaseCollection.Name)]
public class LockReaderTests(DatabaseFixture server)
{
    private const string Waiters = "(SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock')";

    private Task<List<DatabaseLock>> ReadAsync() => DatabaseFixture.ListAsync(LockReader.ReadAsync(server.Context(), CancellationToken.None));

    [Fact]
    public async Task A_chain_three_deep_is_a_tree_and_the_sessions_name_their_blockers()
    {
        await using var root = await server.OpenAsync("root");
        await using var middle = await server.OpenAsync("middle");
        await using var last = await server.OpenAsync("last");
        using var stop = new CancellationTokenSource();
        await DatabaseFixture.ExecuteAsync(root, "BEGIN; UPDATE users SET name = 'x' WHERE id = 1");
        await DatabaseFixture.ExecuteAsync(middle, "BEGIN; LOCK TABLE \"\"\"; DROP TABLE users; --\" IN SHARE MODE");
        var first = DatabaseFixture.ExecuteAsync(middle, "UPDATE users SET name = 'y' WHERE id = 1", stop.Token);
        await server.UntilAsync($"SELECT {Waiters} = 1");
        var second = DatabaseFixture.ExecuteAsync(last, "INSERT INTO \"\"\"; DROP TABLE users; --\" VALUES (2, 'two')", stop.Token);
        await server.UntilAsync($"SELECT {Waiters} = 2");

        var tree = await ReadAsync();
        Assert.Equal([root.ProcessID, middle.ProcessID, last.ProcessID], tree.Select(one => one.ProcessId));
        Assert.Equal([0, 1, 2], tree.Select(one => one.Depth));
        Assert.Equal([true, false, false], tree.Select(one => one.IsRoot));
        Assert.Equal([2, 1, 0], tree.Select(one => one.Blocks));
        Assert.All(tree, one => Assert.Equal(root.ProcessID, one.RootProcessId));
        Assert.All(tree, one => Assert.Equal($"Stop-CivicQDatabaseSession -ProcessId {root.ProcessID} -Environment 'it''s lab'", one.Remedy));
        Assert.Equal("idle in transaction", tree[0].State);
        Assert.Equal(["public.users", "public.users", "public.\"\"\"; DROP TABLE users; --\""], tree.Select(one => one.Relation));
        Assert.Null(tree[0].BlockingQuery);
        Assert.Contains("UPDATE users SET name = 'x' WHERE id = 1", tree[1].BlockingQuery, StringComparison.Ordinal);
        Assert.Equal("UPDATE users SET name = 'y' WHERE id = 1", tree[2].BlockingQuery);
        Assert.Equal("RowExclusiveLock", tree[2].Mode);
        Assert.Equal("relation", tree[2].LockType);
        Assert.Null(tree[0].WaitingFor);
        Assert.All(tree.Skip(1), one => Assert.True(one.WaitingFor >= TimeSpan.Zero));

        var sessions = await DatabaseFixture.ListAsync(SessionReader.ReadAsync(server.Context(), new SessionFilter { Blocked = true }, CancellationToken.None));
        Assert.Equal([middle.ProcessID, last.ProcessID], sessions.OrderBy(one => one.BackendStart).Select(one => one.ProcessId));
        Assert.Equal([root.ProcessID], sessions.Single(one => one.ProcessId == middle.ProcessID).BlockedBy);
        Assert.Equal(tree[1].BackendStart, sessions.Single(one => one.ProcessId == middle.ProcessID).BackendStart);
        await EndAsync(stop, first, second);
    }

    [Fact]
    public async Task A_deadlock_in_progress_is_shown_and_does_not_loop()
    {
        await using var one = await server.OpenAsync("one");
        await using var two = await server.OpenAsync("two");
        using var stop = new CancellationTokenSource();
        await DatabaseFixture.ExecuteAsync(one, "BEGIN; UPDATE users SET name = 'x' WHERE id = 11");
        await DatabaseFixture.ExecuteAsync(two, "BEGIN; UPDATE users SET name = 'x' WHERE id = 12");
        var first = DatabaseFixture.ExecuteAsync(one, "UPDATE users SET name = 'x' WHERE id = 12", stop.Token);
        await server.UntilAsync($"SELECT {Waiters} = 1");
        var second = DatabaseFixture.ExecuteAsync(two, "UPDATE users SET name = 'x' WHERE id = 11", stop.Token);
        await server.UntilAsync($"SELECT {Waiters} = 2");
        var tree = await ReadAsync();
        Assert.Equal(new[] { one.ProcessID, two.ProcessID }.Order(), tree.Select(item => item.ProcessId).Order());
        Assert.All(tree, item => Assert.True(item is { IsDeadlock: true, IsRoot: false }));
        await EndAsync(stop, first, second);
    }

    [Fact]
    public async Task A_prepared_transaction_blocks_under_its_own_name()
    {
        await using var waiting = await server.OpenAsync("waiting");
        using var stop = new CancellationTokenSource();
        await server.ExecuteAsync("BEGIN; UPDATE users SET name = 'x' WHERE id = 21; PREPARE TRANSACTION 'left ''behind'");
        try
        {
            var first = DatabaseFixture.ExecuteAsync(waiting, "UPDATE users SET name = 'y' WHERE id = 21", stop.Token);
            await server.UntilAsync($"SELECT {Waiters} = 1");
            var tree = await ReadAsync();
            Assert.Equal([0, waiting.ProcessID], tree.Select(one => one.ProcessId));
            Assert.Equal("left 'behind", tree[0].PreparedTransaction);
            Assert.True(tree[0].IsRoot);
            Assert.Equal([0], tree[1].BlockedBy);
            Assert.Contains("ROLLBACK PREPARED ''left ''''behind''", tree[1].Remedy, StringComparison.Ordinal);
            await EndAsync(stop, first);
        }
        finally
        {
            await server.ExecuteAsync("ROLLBACK PREPARED 'left ''behind'");
        }
    }

    [Fact]
    public async Task Without_locks_there_is_nothing() => Assert.Empty(await ReadAsync());

    private static async Task EndAsync(CancellationTokenSource stop, params Task[] waiting)
    {
        await stop.CancelAsync();
        foreach (var task in waiting)
        {
            try
            {
                await task;
            }
            catch (Exception error) when (error is OperationCanceledException or PostgresException)
            {
                // One of two that wait for one another is let through when the other is cancelled.
            }
        }
    }
}
