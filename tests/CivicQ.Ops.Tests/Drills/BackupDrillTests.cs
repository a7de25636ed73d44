namespace CivicQ.Ops.Tests.Drills;

/// <summary>The drills of backups, found and mended by the cmdlets.</summary>
[Collection(LabCollection.Name)]
public sealed class BackupDrillTests(LabFixture lab) : DrillTests(lab)
{
    [Fact]
    public void A_corrupted_newest_backup_is_found_replaced_and_removed()
    {
        Start("CorruptedBackup");
        var bad = One("Test-CivicQBackup -Kind Logical -Latest -Environment lab");
        Assert.Equal(("False", "False"), (bad.Text("Passed"), bad.Text("ChecksumOk")));
        Assert.Equal(["BackupDamaged"], Invoke("Restore-CivicQDatabase -TargetDatabase never -Environment lab -Confirm:$false").Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        One("Backup-CivicQDatabase -Environment lab -Confirm:$false");
        Resolved("CorruptedBackup", "Backup-CivicQDatabase");
        var removed = One($"Get-CivicQBackup {bad.Text("Name")} -Environment lab | Test-CivicQBackup | Remove-CivicQBackup -Confirm:$false");
        Assert.Equal(bad.Text("Name"), removed.Text("Name"));
        Stop("CorruptedBackup");
        Assert.All(Succeed("Test-CivicQBackup -Kind Logical -Environment lab"), result => Assert.Equal("True", result.Text("Passed")));
    }
}
