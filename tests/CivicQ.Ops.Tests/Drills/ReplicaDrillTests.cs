using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Drills;

/// <summary>A replica that falls behind.</summary>
public sealed class ReplicaDrillTests(LabFixture lab) : DrillTests(lab)
{
    [Fact]
    public void A_replica_catches_up_once_its_reader_is_gone()
    {
        Assert.DoesNotContain("ReplicationLag", Checks("lab"));
        Start("ReplicaLag");
        var replica = One("Get-CivicQReplication Replica -Environment lab");
        Assert.Equal(("civicq-replica", "streaming"), (replica.Text("Name"), replica.Text("State")));
        Assert.True((long)replica.Get("LagBytes")! > 1 << 20);
        Assert.Contains("ReplicationLag", Checks("lab"));
        Assert.Equal(["lab", "lab-replica"], All(Succeed("Get-CivicQEnvironment lab*"), "Name"));

        var stopped = One("Get-CivicQDatabaseSession -Environment lab-replica -State IdleInTransaction | Stop-CivicQDatabaseSession -Mode Terminate");
        Assert.Equal(("lab-replica", "Terminated"), (stopped.Text("Environment"), stopped.Text("Outcome")));
        Resolved("ReplicaLag", "Stop-CivicQDatabaseSession");
        // Of its own lag a replica knows only once it has replayed something.
        Assert.Contains("ReplicationLag", Checks("lab-replica"));
        // The table may be there before its rows.
        var limit = DateTime.UtcNow.AddMinutes(1);
        while (Number("SELECT count(*) FROM page_views", "lab-replica") < 20_000 && DateTime.UtcNow < limit)
        {
            Thread.Sleep(100);
        }

        Assert.Equal(20_000, Number("SELECT count(*) FROM page_views", "lab-replica"));
        Stop("ReplicaLag");
        Assert.Equal(["lab"], All(Succeed("Get-CivicQEnvironment lab*"), "Name"));
        Assert.Equal(0, Number("SELECT count(*) FROM pg_class WHERE relname = 'page_views'"));
    }

    [Fact]
    public void A_replica_takes_no_migration_and_its_sender_is_not_stopped()
    {
        Start("ReplicaLag");
        Assert.Equal(["Replica"], All(Succeed("Get-CivicQReplication -Kind Replica -Environment lab"), "Kind"));
        Assert.Equal(["Receiver"], All(Succeed("Get-CivicQReplication -Kind Receiver, Slot -Environment lab-replica"), "Kind"));
        Assert.Empty(Succeed("Get-CivicQReplication -Kind Receiver -Environment lab"));

        var sender = One("Get-CivicQReplication -Kind Replica -Environment lab").Text("ProcessId");
        foreach (var line in new[] { $"Stop-CivicQDatabaseSession {sender} -Environment lab", "Get-CivicQReplication -Kind Replica -Environment lab | Stop-CivicQDatabaseSession -Mode Terminate" })
        {
            var refused = One(line);
            Assert.Equal((sender, "Refused"), (refused.Text("ProcessId"), refused.Text("Outcome")));
            Assert.Contains("to a replica", refused.Text("Reason"), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(sender, All(Succeed("Stop-CivicQDatabaseSession -RunningLongerThan 00:00:00.001 -IdleLongerThan 1.00:00:00 -Environment lab -WhatIf"), "ProcessId"));
        Assert.Equal(sender, One("Get-CivicQReplication -Kind Replica -Environment lab").Text("ProcessId"));

        var endpoint = One("Get-CivicQEnvironment lab-replica").Get("Definition")!.Get("Database")!;
        var database = LabParts.Database((int)endpoint.Get("Port")!);
        database["migrations"] = new System.Text.Json.Nodes.JsonObject { ["folder"] = Path.Combine(Suite.Folder, "state", "lab", "alembic") };
        using var file = new EnvironmentsFile(("copy", LabParts.Only("database", database)));
        foreach (var line in new[] { "Update-CivicQMigration", "Undo-CivicQMigration" })
        {
            Assert.Equal(["MigrationNotWritable"], Ids(Invoke($"{line} -Environment copy -SkipBackup -Confirm:$false")));
        }

        Stop("ReplicaLag");
    }

    private IReadOnlyList<string> Checks(string environment) => All(Succeed($"Get-CivicQHealth Database -Environment {environment} -TimeoutSeconds 120"), "Check");
}
