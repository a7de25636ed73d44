using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Database.Maintenance;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Backups;

/// <summary>Backups of the lab's database by the cmdlets, into folders of the tests' own.</summary>
[Collection(LabCollection.Name)]
public sealed class BackupTests(LabFixture lab) : IDisposable
{
    private readonly string folder = Directory.CreateDirectory(Path.Combine(Suite.Folder, "backups-" + Guid.NewGuid().ToString("N")[..8])).FullName;

    public void Dispose()
    {
        foreach (var name in Succeed("Invoke-CivicQQuery \"SELECT datname FROM pg_database WHERE datname LIKE 'restored%'\" -Environment lab").Select(item => item.Text("datname")))
        {
            // Nothing of ours drops a database that somebody restored, so the test does it itself.
            using var psql = new PsqlSession();
            psql.Run($"DROP DATABASE {name} WITH (FORCE)");
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_backup_is_made_listed_tested_restored_and_removed_in_one_pipeline_each()
    {
        var made = One($"Backup-CivicQDatabase -Folder '{folder}' -Environment lab -Confirm:$false");
        Assert.Equal(("lab", "civicq", "Logical", "Custom", "True"), (made.Text("Environment"), made.Text("Database"), made.Text("Kind"), made.Text("Format"), made.Text("Verified")));
        Assert.True((long)made.Get("Rows")! > 1000);
        var listed = One($"Get-CivicQBackup -Folder '{folder}' -Environment lab");
        Assert.Equal("lab", listed.Text("SourceEnvironment"));
        Assert.Equal((made.Text("Name"), "Folder", "True", "True", "Complete"), (listed.Text("Name"), listed.Text("Location"), listed.Text("IsLatest"), listed.Text("WithinRpo"), listed.Text("State")));
        var tested = One($"Get-CivicQBackup -Folder '{folder}' -Environment lab | Test-CivicQBackup");
        Assert.Equal(("True", made.Text("Name")), (tested.Text("Passed"), tested.Text("Name")));
        Assert.True((int)tested.Get("Entries")! > 5);
        Assert.Equal([true], Succeed($"Test-CivicQBackup -Latest -Quiet -Folder '{folder}' -Environment lab"));

        var restored = One($"Get-CivicQBackup -Folder '{folder}' -Environment lab -Kind Logical -Latest | Restore-CivicQDatabase -TargetDatabase restored_a -Confirm:$false");
        Assert.Equal(("restored_a", "True", ""), (restored.Text("Database"), restored.Text("Verified"), restored.Text("PreviousDatabase")));
        Assert.Equal(made.Get("Rows"), restored.Get("Rows"));
        Assert.Equal(
            One("Invoke-CivicQQuery 'SELECT count(*) n FROM users' -Environment lab").Text("n"), One("Invoke-CivicQQuery 'SELECT count(*) n FROM users' -Environment lab -Database restored_a").Text("n"));

        var again = One($"Backup-CivicQDatabase civicq -Jobs 2 -SkipRowCount -LockTimeoutSeconds 30 -Location Folder -Folder '{folder}' -Environment lab -Confirm:$false");
        Assert.Equal(("Directory", ""), (again.Text("Format"), again.Text("Rows")));
        Assert.Equal(["BackupStillNeeded"], Invoke($"Remove-CivicQBackup {again.Text("Name")} -Folder '{folder}' -Environment lab -Confirm:$false").ErrorIds());
        var removed = One($"Get-CivicQBackup {made.Text("Name")} -Folder '{folder}' -Environment lab | Remove-CivicQBackup -Confirm:$false");
        Assert.Equal((made.Text("Name"), "True", "named"), (removed.Text("Name"), removed.Text("Removed"), removed.Text("Reason")));
        Assert.Equal([again.Text("Name")], Succeed($"Get-CivicQBackup -Folder '{folder}' -Environment lab").Select(item => item.Text("Name")));
    }

    [Fact]
    public void WhatIf_changes_nothing()
    {
        var plan = Invoke($"Backup-CivicQDatabase -Folder '{folder}' -Environment lab -WhatIf");
        Assert.Contains($"database 'civicq' of environment 'lab' to {folder}", Assert.Single(plan.WhatIf), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        One($"Backup-CivicQDatabase -Folder '{folder}' -Environment lab -Confirm:$false");
        var files = Files();
        var restore = Invoke($"Restore-CivicQDatabase -Replace -Folder '{folder}' -Environment lab -WhatIf");
        Assert.Contains("the present one is kept under another name", Assert.Single(restore.WhatIf), StringComparison.Ordinal);
        var remove = Invoke($"Remove-CivicQBackup * -Folder '{folder}' -Environment lab -WhatIf");
        Assert.Equal(["BackupStillNeeded"], remove.ErrorIds());
        Assert.Equal(files, Files());
        Assert.DoesNotContain(Succeed("Invoke-CivicQQuery 'SELECT datname FROM pg_database' -Environment lab"), item => item.Text("datname").Contains("_before_", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_wrong_is_said_with_its_identifier()
    {
        Assert.Equal(["BackupNotFound"], Invoke($"Restore-CivicQDatabase -Replace -Folder '{folder}' -Environment lab -Confirm:$false").ErrorIds());
        Assert.Equal(["BackupNotFound"], Invoke($"Test-CivicQBackup -Folder '{folder}' -Environment lab").ErrorIds());
        Assert.Equal([false], Invoke($"Test-CivicQBackup -Quiet -Folder '{folder}' -Environment lab").Output);
        Assert.Empty(Succeed($"Get-CivicQBackup -Folder '{folder}' -Environment lab"));
        Assert.Equal(["BackupNotFound"], Invoke($"Get-CivicQBackup nothing -Folder '{folder}' -Environment lab").ErrorIds());
        var made = One($"Backup-CivicQDatabase -Folder '{folder}' -Environment lab -Confirm:$false");
        var target = Invoke($"Restore-CivicQDatabase -Folder '{folder}' -Environment lab -Confirm:$false");
        target.Failed("RestoreTargetExists");
        Assert.Equal(["BackupNotFound"], Invoke($"Restore-CivicQDatabase {made.Text("Name")}x -Replace -Folder '{folder}' -Environment lab -Confirm:$false").ErrorIds());
        var data = Directory.EnumerateFiles(folder, "*.zst", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(data);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(data, bytes);
        var damaged = One($"Test-CivicQBackup -Folder '{folder}' -Environment lab");
        Assert.Equal(("False", "False"), (damaged.Text("Passed"), damaged.Text("ChecksumOk")));
        Assert.Equal(["BackupDamaged"], Invoke($"Restore-CivicQDatabase -Replace -Folder '{folder}' -Environment lab -Confirm:$false").ErrorIds());
        using var workspace = new Workspace();
        workspace.Configure(("bare", "{\"database\": {\"url\": \"postgresql://x@127.0.0.1:1/x\"}}"), ("away", $"{{\"database\": {{\"url\": \"postgresql://x@127.0.0.1:1/x\"}}, \"backups\": {{\"folder\": \"{folder}/away\"}}}}"));
        Assert.Equal(["BackupPlaceNotConfigured"], workspace.Invoke("Backup-CivicQDatabase -Environment bare -Confirm:$false").ErrorIds());
        Assert.Equal(["DatabaseUnreachable"], workspace.Invoke("Backup-CivicQDatabase -Environment away -Confirm:$false").ErrorIds());
        Assert.False(Directory.Exists(Path.Combine(folder, "away")));
    }

    [Fact]
    public void Ctrl_C_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        One($"Backup-CivicQDatabase -Folder '{folder}' -Environment lab -Confirm:$false");
        stop.CancelAfter(clock.Elapsed / 2);
        var stopped = lab.Session.Invoke($"Backup-CivicQDatabase -Folder '{folder}' -Environment lab -Confirm:$false", cancellationToken: stop.Token);
        Assert.True(Directory.EnumerateDirectories(Path.Combine(folder, "civicq", "logical")).Count() == 1 + stopped.Output.Count);
        Assert.True((bool)Assert.Single(Succeed($"Test-CivicQBackup -Quiet -Folder '{folder}' -Environment lab"))!);
        Assert.Equal("0", One("Invoke-CivicQQuery \"SELECT count(*) n FROM pg_locks WHERE locktype = 'advisory'\" -Environment lab").Text("n"));
    }

    [Fact]
    public void Health_tells_the_age_of_backups_and_the_lab_has_one()
    {
        var health = Succeed("Get-CivicQHealth Backups -Environment lab").Where(item => item.Text("Check") == "Age civicq logical");
        Assert.Equal("Healthy", Assert.Single(health).Text("Status"));
        Assert.NotEmpty(Succeed("Get-CivicQBackup -Environment lab -Kind Logical -Latest"));
        using var workspace = new Workspace();
        workspace.Configure(("none", $"{{\"localHost\": false, \"backups\": {{\"folder\": \"{folder}\"}}}}"));
        Assert.Equal("Unhealthy", Assert.Single(workspace.Invoke("Get-CivicQHealth Backups -Environment none").Output)!.Text("Status"));
    }

    private string[] Files() => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private InvocationResult Invoke(string line) => lab.Session.Invoke(line);

    private IReadOnlyList<object> Succeed(string line)
    {
        var result = lab.Session.Invoke(line);
        Assert.Empty(result.Errors);
        return [.. result.Output.Select(item => item!)];
    }

    private object One(string line) => Assert.Single(Succeed(line));
}
