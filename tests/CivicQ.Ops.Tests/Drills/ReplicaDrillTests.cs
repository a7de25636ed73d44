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
        Assert.Equal(20_000, Number("SELECT count(*) FROM page_views", "lab-replica"));
        Stop("ReplicaLag");
        Assert.Equal(["lab"], All(Succeed("Get-CivicQEnvironment lab*"), "Name"));
        Assert.Equal(0, Number("SELECT count(*) FROM pg_class WHERE relname = 'page_views'"));
    }

    private IReadOnlyList<string> Checks(string environment) => All(Succeed($"Get-CivicQHealth Database -Environment {environment} -TimeoutSeconds 120"), "Check");
}
