namespace CivicQ.Ops.Tests.Drills;

/// <summary>The incidents that end when sessions end.</summary>
public sealed class SessionDrillTests(LabFixture lab) : DrillTests(lab)
{
    [Fact]
    public void Idle_connections_fill_the_pool_and_are_ended()
    {
        Start("IdleConnections");
        var pool = Pool();
        Assert.Equal("Degraded", pool.Text("Status"));
        Assert.True((double)pool.Get("Value")! >= 0.8);
        Assert.Contains("Get-CivicQDatabaseSession", pool.Text("NextStep"), StringComparison.Ordinal);
        var idle = Succeed("Get-CivicQDatabaseSession -Environment lab -State Idle -Application civicq-worker");
        Assert.True(idle.Count > 50, $"{idle.Count} sessions");

        var stopped = Succeed("Get-CivicQDatabaseSession -Environment lab -State Idle -Application civicq-worker | Stop-CivicQDatabaseSession -Mode Terminate");
        Assert.Equal(idle.Count, stopped.Count);
        Assert.All(All(stopped, "Outcome"), outcome => Assert.Equal("Terminated", outcome));
        Resolved("IdleConnections", "Stop-CivicQDatabaseSession");
        Assert.True((double)Pool().Get("Value")! < 0.8);
        Assert.Equal("True", Stop("IdleConnections").Text("Resolved"));
    }

    [Fact]
    public void A_chain_of_locks_is_freed_at_its_root()
    {
        Start("LockChain");
        var tree = Succeed("Get-CivicQDatabaseLock -Environment lab");
        Assert.Equal(["0", "1", "2", "3"], All(tree, "Depth"));
        Assert.Equal("3", tree[0].Text("Blocks"));
        Assert.Equal("idle in transaction", tree[0].Text("State"));

        var shown = Invoke("Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession -WhatIf");
        Assert.Contains($"process {tree[0].Text("ProcessId")} ", Assert.Single(shown.WhatIf), StringComparison.Ordinal);
        Assert.Equal(4, Succeed("Get-CivicQDatabaseLock -Environment lab").Count);
        Assert.Equal("False", One("Get-CivicQDrill LockChain").Text("Resolved"));

        Assert.Equal(["Terminated"], All(Succeed("Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession"), "Outcome"));
        Resolved("LockChain", "Stop-CivicQDatabaseSession");
        Assert.Empty(Succeed("Get-CivicQDatabaseLock -Environment lab"));

        // Those who waited have done their work, and the root's is undone.
        Assert.Equal(1, Number("SELECT count(*) FROM questions WHERE id = 1 AND status = 'rejected'"));
        Stop("LockChain");
    }

    [Fact]
    public void A_slow_query_is_cancelled()
    {
        Start("SlowQuery");
        var slow = Assert.Single(Succeed("Get-CivicQSlowQuery -MinimumMeanTime 00:00:01 -Environment lab | Where-Object Query -like *pg_sleep*"));
        Assert.True((TimeSpan)slow.Get("MeanTime")! >= TimeSpan.FromSeconds(1.2));
        var running = One("Get-CivicQDatabaseSession -Environment lab -State Active -Application civicq-report");
        Assert.Contains("bike lanes", running.Text("Query"), StringComparison.Ordinal);

        var stopped = One("Get-CivicQDatabaseSession -Environment lab -State Active -Application civicq-report | Stop-CivicQDatabaseSession -Mode Cancel");
        Assert.Equal("Cancelled", stopped.Text("Outcome"));
        Resolved("SlowQuery", "Stop-CivicQDatabaseSession");
        Stop("SlowQuery");
        Assert.Empty(Succeed("Get-CivicQSlowQuery -MinimumMeanTime 00:00:01 -Environment lab | Where-Object Query -like *pg_sleep*votes*"));
    }

    [Fact]
    public void Deadlocks_end_with_one_of_the_two()
    {
        var before = (long)One("Get-CivicQDatabaseStatistic civicq -SampleSeconds 0 -Environment lab").Get("Deadlocks")!;
        Start("Deadlock");
        Assert.True((long)One("Get-CivicQDatabaseStatistic civicq -SampleSeconds 0 -Environment lab").Get("Deadlocks")! > before);
        var stopped = Succeed("Get-CivicQDatabaseSession -Environment lab -Application civicq-votes | Stop-CivicQDatabaseSession -Mode Terminate");
        Assert.Equal(2, stopped.Count);
        Resolved("Deadlock", "Stop-CivicQDatabaseSession");
        Stop("Deadlock");
    }

    [Fact]
    public void What_is_not_mended_is_undone_when_the_drill_is_stopped()
    {
        Start("LockChain");
        var last = Stop("LockChain");
        Assert.Equal(("True", "False", ""), (last.Text("Detected"), last.Text("Resolved"), last.Text("ResolvedBy")));
        var limit = DateTime.UtcNow.AddMinutes(2);
        while (Number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'civicq-moderation'") > 0)
        {
            Assert.True(DateTime.UtcNow < limit, "Its sessions are still there.");
            Thread.Sleep(100);
        }
    }

    private object Pool() => Assert.Single(Succeed("Get-CivicQHealth Database -Environment lab -TimeoutSeconds 120"), result => result.Text("Check") == "Pool");
}
