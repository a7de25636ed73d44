using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database.Maintenance;

/// <summary>The way out of a chain of locks, as the operator types it.</summary>
[Collection(LabCollection.Name)]
public sealed class LockChainTests : IDisposable
{
    private readonly Workspace work = new();

    [Fact]
    public void The_root_of_a_chain_is_stopped_and_the_chain_is_free()
    {
        using var watcher = new PsqlSession();
        using var root = new PsqlSession(application: "root");
        using var middle = new PsqlSession(application: "middle");
        using var last = new PsqlSession(application: "last");
        root.Run("BEGIN; UPDATE users SET city = city WHERE id = 1");
        middle.Run("BEGIN; UPDATE users SET city = city WHERE id = 2");
        middle.Send("UPDATE users SET city = city WHERE id = 1");
        watcher.Until("SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
        last.Send("BEGIN; UPDATE users SET city = city WHERE id = 2");
        watcher.Until("SELECT count(*) = 2 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");

        const string Line = "Get-CivicQDatabaseLock -Environment lab | Where-Object IsRoot | Stop-CivicQDatabaseSession";
        var shown = work.Run(Line + " -WhatIf");
        Assert.Contains($"process {root.ProcessId} (civicq, 'root') idle in transaction", Assert.Single(shown.WhatIf), StringComparison.Ordinal);
        Assert.Equal("2", watcher.Run("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"));

        var stopped = Assert.Single(work.Run(Line).Output);
        Assert.Equal(($"{root.ProcessId}", "Terminated"), (stopped!.Text("ProcessId"), stopped!.Text("Outcome")));
        middle.Read();
        middle.Run("ROLLBACK");
        last.Read();
        last.Run("ROLLBACK");
        Assert.Empty(work.Run("Get-CivicQDatabaseLock -Environment lab").Output);
        Assert.Single(work.Entries());
    }

    public void Dispose() => work.Dispose();
}
