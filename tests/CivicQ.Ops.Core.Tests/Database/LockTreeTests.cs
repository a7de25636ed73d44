using CivicQ.Ops.Core.Database.Locks;

namespace CivicQ.Ops.Core.Tests.Database;

public class LockTreeTests
{
    private static LockNode Node(int key, params int[] blockedBy) => new(key, blockedBy, new DatabaseLock
    {
        Environment = "lab", ProcessId = Math.Max(0, key), Query = $"q{key}", WaitingFor = TimeSpan.FromSeconds(100 - Math.Abs(key)), Database = "db",
        PreparedTransaction = key < 0 ? "it's" : null,
    });

    private static string Shape(IReadOnlyList<LockNode> nodes) =>
        string.Join(" ", LockTree.Build(nodes).Select(one => $"{one.Depth}:{one.ProcessId}{(one.IsRoot ? "R" : "")}{(one.IsDeadlock ? "D" : "")}"));

    [Fact]
    public void A_chain_goes_down() => Assert.Equal("0:1R 1:2 2:3 3:4", Shape([Node(3, 2), Node(4, 3), Node(1), Node(2, 1)]));

    [Fact]
    public void Who_waits_for_several_stands_below_the_last() => Assert.Equal("0:1R 1:2 2:3", Shape([Node(1), Node(2, 1), Node(3, 1, 2)]));

    [Fact]
    public void The_root_that_blocks_most_comes_first() => Assert.Equal("0:5R 1:6 1:7 0:1R 1:2", Shape([Node(1), Node(2, 1), Node(5), Node(6, 5), Node(7, 5)]));

    [Fact]
    public void A_circle_ends_and_has_no_root() => Assert.Equal("0:1D 1:2D 2:3", Shape([Node(1, 2), Node(2, 1), Node(3, 2)]));

    [Fact]
    public void Who_waits_for_himself_alone_ends_too() => Assert.Equal("0:1D", Shape([Node(1, 1)]));

    [Fact]
    public void A_circle_behind_a_root_is_listed_once() => Assert.Equal("0:1R 0:2D 1:3D", Shape([Node(1), Node(2, 1, 3), Node(3, 2)]));

    [Fact]
    public void One_that_ended_meanwhile_blocks_nobody() => Assert.Equal("", Shape([Node(2, 9)]));

    [Fact]
    public void Nobody_is_nothing() => Assert.Empty(LockTree.Build([]));

    [Fact]
    public void A_row_knows_its_root_its_blocker_and_the_way_out()
    {
        var tree = LockTree.Build([Node(1), Node(2, 1), Node(3, 2)]);
        Assert.Equal([1, 1, 1], tree.Select(one => one.RootProcessId));
        Assert.Equal([2, 1, 0], tree.Select(one => one.Blocks));
        Assert.Equal([null, "q1", "q2"], tree.Select(one => one.BlockingQuery));
        Assert.All(tree, one => Assert.Equal("Stop-CivicQDatabaseSession -ProcessId 1 -Environment lab", one.Remedy));
    }

    [Fact]
    public void Several_roots_are_ended_together() =>
        Assert.Equal("Stop-CivicQDatabaseSession -ProcessId 1, 2 -Environment lab", LockTree.Build([Node(1), Node(2), Node(3, 1, 2)]).Single(one => one.ProcessId == 3).Remedy);

    [Fact]
    public void A_prepared_transaction_is_rolled_back_by_its_name()
    {
        var tree = LockTree.Build([Node(-7), Node(2, -7)]);
        Assert.Equal([0, 2], tree.Select(one => one.ProcessId));
        Assert.Equal("Invoke-CivicQQuery -AllowWrite -Query 'ROLLBACK PREPARED ''it''''s''' -Database db -Environment lab", tree[1].Remedy);
    }

    [Fact]
    public void Ten_thousand_behind_one_are_listed() =>
        Assert.Equal(10_001, LockTree.Build([Node(1), .. Enumerable.Range(2, 10_000).Select(key => Node(key, 1))]).Count);

    [Fact]
    public void A_queue_of_two_thousand_is_listed() =>
        Assert.Equal(1999, LockTree.Build([.. Enumerable.Range(1, 2000).Select(key => key == 1 ? Node(1) : Node(key, key - 1))])[^1].Depth);
}
