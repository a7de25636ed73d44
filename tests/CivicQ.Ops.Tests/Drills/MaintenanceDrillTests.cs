using System.Text.Json.Nodes;
using CivicQ.Ops.Tests.Servers;

namespace CivicQ.Ops.Tests.Drills;

/// <summary>The incidents that end with maintenance.</summary>
public sealed class MaintenanceDrillTests(LabFixture lab) : DrillTests(lab)
{
    [Fact]
    public void Dead_rows_are_vacuumed()
    {
        Start("DeadTuples");
        var bloat = One("Get-CivicQTableBloat -Environment lab | Where-Object DeadTupleRatio -ge 0.1 | Where-Object Table -eq notifications");
        Assert.Equal(("public", "60000"), (bloat.Text("Schema"), bloat.Text("DeadTuples")));
        Assert.StartsWith("Invoke-CivicQVacuum ", bloat.Text("Remedy"), StringComparison.Ordinal);

        var done = Succeed("Get-CivicQTableBloat -Environment lab | Where-Object DeadTupleRatio -ge 0.1 | Invoke-CivicQVacuum -Analyze");
        Assert.Contains("notifications", All(done, "Table"));
        Resolved("DeadTuples", "Invoke-CivicQVacuum");
        Stop("DeadTuples");
        Assert.Equal(0, Number("SELECT count(*) FROM pg_class WHERE relname = 'notifications'"));
    }

    [Fact]
    public void An_invalid_index_is_built_anew()
    {
        Start("InvalidIndex");
        var index = One("Get-CivicQDatabaseStatistic -Environment lab -Index | Where-Object Problem -eq Invalid");
        Assert.Equal(("videos", "ix_videos_created_at", "False"), (index.Text("Table"), index.Text("Index"), index.Text("IsValid")));

        Succeed("Get-CivicQDatabaseStatistic -Environment lab -Index | Where-Object Problem -eq Invalid | Invoke-CivicQReindex");
        Resolved("InvalidIndex", "Invoke-CivicQReindex");
        Assert.Empty(Succeed("Get-CivicQDatabaseStatistic -Environment lab -Index | Where-Object Problem -eq Invalid"));
        Stop("InvalidIndex");
        Assert.Equal(0, Number("SELECT count(*) FROM pg_class WHERE relname LIKE 'ix_videos_created_at%'"));
    }

    [Fact]
    public void Old_transaction_ids_are_frozen_once_nothing_holds_them()
    {
        Start("TransactionAge");
        var statistic = One("Get-CivicQDatabaseStatistic civicq -SampleSeconds 0 -Environment lab");
        var age = (long)statistic.Get("TransactionIdAge")!;
        Assert.True(age > 50_000);

        // With the limits of an environment of one's own, as an operator has them.
        var strict = LabParts.Only("database", LabParts.Database());
        strict["thresholds"] = new JsonObject { ["Database.TransactionAge"] = LabParts.Limits(40_000) };
        using (new EnvironmentsFile(("strict", strict)))
        {
            var check = Assert.Single(Succeed("Get-CivicQHealth Database -Environment strict"), result => result.Text("Check") == "TransactionAge");
            Assert.Equal(("Unhealthy", "Count"), (check.Text("Status"), check.Text("Unit")));
            Assert.True((double)check.Get("Value")! >= age);
            Assert.Contains("Get-CivicQDatabaseStatistic", check.Text("NextStep"), StringComparison.Ordinal);
        }

        // While the transaction is open, freezing is of no use.
        const string Freeze = "Get-CivicQDatabaseStatistic civicq -SampleSeconds 0 -Environment lab | Invoke-CivicQVacuum -Freeze -Schema public, pg_catalog, information_schema";
        Succeed(Freeze);
        Assert.Equal("False", One("Get-CivicQDrill TransactionAge").Text("Resolved"));
        Assert.Equal(["Terminated"], All(Succeed("Get-CivicQDatabaseSession -Environment lab -State IdleInTransaction -Application civicq-export | Stop-CivicQDatabaseSession -Mode Terminate"), "Outcome"));
        Assert.Equal("False", One("Get-CivicQDrill TransactionAge").Text("Resolved"));
        Succeed(Freeze);
        Resolved("TransactionAge", "Invoke-CivicQVacuum");
        Stop("TransactionAge");
    }
}
