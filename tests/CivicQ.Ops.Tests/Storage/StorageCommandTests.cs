using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Storage;

[Collection(LabCollection.Name)]
public sealed class StorageCommandTests
{
    [SkippableFact]
    public async Task Buckets_are_added_up()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        var rows = shop.Run("Get-CivicQStorage -Environment lab -Depth 1 -IncludeVersions").Output;
        Assert.Equal([shop.Media, shop.Backups], rows.Select(row => row!.Text("Bucket")));
        Assert.Equal(("videos/", "12", "0", "0", "0"), (rows[0]!.Text("Prefix"), rows[0]!.Text("Objects"), rows[0]!.Text("IncompleteUploads"), rows[0]!.Text("NoncurrentVersions"), rows[0]!.Text("DeleteMarkers")));
        Assert.InRange((long)rows[0]!.Get("TotalBytes")!, 78_000, 79_000);
        Assert.Equal(("", "0", ""), (rows[1]!.Text("Prefix"), rows[1]!.Text("Objects"), rows[1]!.Text("Oldest")));

        var missing = shop.Invoke($"Get-CivicQStorage nowhere, {shop.Media} -Environment lab");
        missing.Failed("BucketNotFound");
        Assert.Equal(shop.Media, Assert.Single(missing.Output)!.Text("Bucket"));
        shop.Invoke("Get-CivicQStorage -Environment default").Failed("ComponentNotConfigured");
    }

    [SkippableFact]
    public async Task Growth_is_told_since_the_last_look_of_the_same_kind()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        string Growth(string line)
        {
            var row = Assert.Single(shop.Run(line).Output)!;
            return $"{row.Text("GrowthBytes")},{row.Text("GrowthSince").Length > 0}";
        }

        Assert.Equal(",False", Growth($"Get-CivicQStorage {shop.Media} -Environment lab"));
        Assert.Equal("0,True", Growth($"Get-CivicQStorage {shop.Media} -Environment lab"));
        Assert.Equal(",False", Growth($"Get-CivicQStorage {shop.Media} -Environment lab -Depth 1"));
        shop.Run("Start-CivicQDrill DeletedObject -Confirm:$false");
        Assert.StartsWith("-", Growth($"Get-CivicQStorage {shop.Media} -Environment lab"), StringComparison.Ordinal);
        shop.Run("Stop-CivicQDrill -Confirm:$false");
        Assert.DoesNotContain("-", Growth($"Get-CivicQStorage {shop.Media} -Environment lab"), StringComparison.Ordinal);
        // A bucket that cannot be read is remembered by nobody.
        shop.Invoke("Get-CivicQStorage nowhere -Environment lab").Failed("BucketNotFound");
    }

    [SkippableFact]
    public async Task What_was_deleted_or_overwritten_is_restored_and_journalled()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        shop.Run("Start-CivicQDrill DeletedObject -Confirm:$false");
        shop.Run("Start-CivicQDrill OverwrittenObject -Confirm:$false");
        var deleted = shop.Run("Get-CivicQObjectVersion -Prefix videos/ -Deleted -Environment lab");
        Assert.Equal(["videos/3.mp4", "videos/5.mp4", "videos/8.mp4"], deleted.Texts("Key"));
        Assert.All(deleted.Output, marker => Assert.Equal(("True", "True", "0"), (marker!.Text("IsDeleteMarker"), marker!.Text("IsLatest"), marker!.Text("SizeBytes"))));

        var plan = shop.Run("Get-CivicQObjectVersion -Prefix videos/ -Deleted -Environment lab | Restore-CivicQObject -WhatIf");
        Assert.Equal(["Planned", "Planned", "Planned"], plan.Texts("Outcome"));
        Assert.Equal(3, plan.WhatIf.Count);
        Assert.Contains($"{shop.Media}/videos/3.mp4", plan.WhatIf[0], StringComparison.Ordinal);
        Assert.Equal("False", Assert.Single(shop.Run("Get-CivicQDrill DeletedObject").Output)!.Text("Resolved"));

        var restored = shop.Run("Get-CivicQObjectVersion -Prefix videos/ -Deleted -Environment lab | Restore-CivicQObject -Confirm:$false");
        Assert.Equal(["Undeleted", "Undeleted", "Undeleted"], restored.Texts("Outcome"));
        Assert.Equal(["True", "True", "True"], restored.Texts("IsVerified"));
        Assert.Empty(shop.Run("Get-CivicQObjectVersion -Prefix videos/ -Deleted -Environment lab").Output);
        var drill = Assert.Single(shop.Run("Get-CivicQDrill DeletedObject").Output)!;
        Assert.Equal(("True", "Restore-CivicQObject"), (drill.Text("Resolved"), drill.Text("ResolvedBy")));

        var copied = Assert.Single(shop.Run(
            "Get-CivicQObjectVersion videos/2.mp4 -Environment lab | Where-Object IsLatest -eq $false | Select-Object -First 1 | Restore-CivicQObject -Confirm:$false").Output)!;
        Assert.Equal(("Restored", "True", "videos/2.mp4"), (copied.Text("Outcome"), copied.Text("IsVerified"), copied.Text("Key")));
        Assert.NotEqual(copied.Text("VersionId"), copied.Text("NewVersionId"));
        Assert.Equal("True", Assert.Single(shop.Run("Get-CivicQDrill OverwrittenObject").Output)!.Text("Resolved"));
        Assert.Equal(3, shop.Run("Get-CivicQObjectVersion videos/2.mp4 -Environment lab").Output.Count);
        Assert.Equal("AlreadyThere", Assert.Single(shop.Run($"Restore-CivicQObject videos/2.mp4 -Bucket {shop.Media} -Environment lab").Output)!.Text("Outcome"));

        var journal = shop.Workspace.Entries().Where(entry => entry.Text("Cmdlet") == "Restore-CivicQObject").ToList();
        // One entry a command, with what became of each object.
        Assert.Equal(2, journal.Count);
        Assert.All(journal, entry => Assert.Equal("Succeeded", entry.Text("Outcome")));
        shop.Run("Stop-CivicQDrill -Confirm:$false");
    }

    [SkippableFact]
    public async Task A_drill_that_nobody_mended_is_undone()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        foreach (var name in new[] { "DeletedObject", "OverwrittenObject" })
        {
            shop.Run($"Start-CivicQDrill {name} -Confirm:$false");
            Assert.Equal("False", Assert.Single(shop.Run($"Get-CivicQDrill {name} | Stop-CivicQDrill -Confirm:$false").Output)!.Text("Resolved"));
        }

        Assert.Empty(shop.Run("Get-CivicQObjectVersion -Prefix videos/ -Deleted -Environment lab").Output);
        Assert.InRange((long)Assert.Single(shop.Run($"Get-CivicQStorage {shop.Media} -Environment lab").Output)!.Get("TotalBytes")!, 78_000, 79_000);
    }

    [SkippableFact]
    public async Task A_prefix_is_set_back_to_a_time()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        // Versions' times are the server's: some may be of whole seconds.
        await Task.Delay(1500);
        var moment = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
        await Task.Delay(1500);
        shop.Run("Start-CivicQDrill DeletedObject -Confirm:$false");
        shop.Run("Start-CivicQDrill OverwrittenObject -Confirm:$false");
        var line = $"Restore-CivicQObject -Prefix videos/ -AsOf {moment} -Bucket {shop.Media} -Environment lab";
        Assert.Equal(["Planned", "Planned", "Planned", "Planned"], shop.Run(line + " -WhatIf").Texts("Outcome"));
        var results = shop.Run(line + " -Confirm:$false").Output;
        Assert.Equal(
            ["videos/2.mp4 Restored", "videos/3.mp4 Undeleted", "videos/5.mp4 Undeleted", "videos/8.mp4 Undeleted"],
            results.Select(result => $"{result!.Text("Key")} {result!.Text("Outcome")}").Order(StringComparer.Ordinal));
        Assert.Empty(shop.Run(line + " -Confirm:$false").Output);
        Assert.All(shop.Run("Get-CivicQDrill").Output, drill => Assert.Equal("True", drill!.Text("Resolved")));
        Assert.Equal(12, shop.Run($"Get-CivicQObjectVersion -Prefix videos/ -AsOf {moment} -Environment lab").Output.Count);
        shop.Run("Stop-CivicQDrill -Confirm:$false");
    }

    [SkippableFact]
    public async Task What_cannot_be_done_says_why()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        shop.Invoke("Restore-CivicQObject videos/1.mp4 -Environment lab").Failed("BucketNotNamed");
        shop.Invoke($"Restore-CivicQObject videos/none.mp4 -Bucket {shop.Media} -Environment lab").Failed("StorageObjectNotFound");
        var version = shop.Invoke($"Restore-CivicQObject videos/1.mp4 -VersionId nonsense -Bucket {shop.Media} -Environment lab");
        version.Failed("StorageObjectNotFound");
        Assert.Equal("Failed", Assert.Single(version.Output)!.Text("Outcome"));

        var server = await S3Lab.GetAsync();
        shop.Configure("wrong", server.Endpoint, "MARKED", shop.Media);
        var wrong = shop.Invoke("Get-CivicQStorage -Environment wrong");
        wrong.Failed("StorageAccessDenied");
        Assert.DoesNotContain("MARKED", wrong.Everything(), StringComparison.Ordinal);

        await using var proxy = new S3Proxy(server.Endpoint) { Judge = _ => S3Fault.Answer(400, "ExpiredToken") };
        shop.Configure("expired", proxy.Endpoint, S3Lab.SecretKey, shop.Media);
        foreach (var line in new[] { "Get-CivicQStorage", "Get-CivicQObjectVersion -Prefix ''", "Restore-CivicQObject videos/1.mp4" })
        {
            shop.Invoke($"{line} -Environment expired").Failed("StorageCredentialsExpired");
        }
    }

    [SkippableFact]
    public async Task A_key_that_is_written_out_is_refused_and_kept_nowhere()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        var result = shop.Invoke("Start-CivicQLab -StorageEndpoint http://127.0.0.1:1/ -StorageSecretKey MARKED -WhatIf");
        Assert.Equal(["SecretInTheClear"], result.ErrorIds());
        Assert.DoesNotContain("MARKED", result.Everything(), StringComparison.Ordinal);
        Assert.DoesNotContain("MARKED", string.Join('\n', shop.Workspace.JournalLines), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_that_cuts_ends_the_start_with_its_own_error()
    {
        var server = await S3Lab.GetAsync();
        await using var proxy = new S3Proxy(server.Endpoint) { Judge = _ => new S3Fault { CutAnswerAfter = 10 } };
        using var workspace = new Workspace();
        workspace.Set("CIVICQ_STATE", Path.Combine(workspace.Folder, "state"));
        workspace.Set("STORAGE_KEY", "any");
        var result = workspace.Invoke(
            $"Start-CivicQLab -Exclude Postgres, Redis, Api, Celery, PgBouncer -StorageEndpoint {proxy.Endpoint} -StorageAccessKey env:STORAGE_KEY -StorageSecretKey env:STORAGE_KEY -Confirm:$false");
        Assert.Equal(["LabServerStartFailed"], result.ErrorIds());
        Assert.False(Directory.Exists(Path.Combine(workspace.Folder, "state", "lab")));
    }

    [Fact]
    public void Storage_drills_need_buckets()
    {
        using var workspace = new Workspace();
        workspace.Set("CIVICQ_STATE", Path.Combine(workspace.Folder, "state"));
        Assert.Equal(["DrillLabNotRunning"], workspace.Invoke("Start-CivicQDrill DeletedObject -Confirm:$false").ErrorIds());
    }
}
