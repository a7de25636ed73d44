using System.Net;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Storage;

/// <summary>The drills of a bucket that refuses and of a key that was rotated, on the lab's S3 server: found and mended by the cmdlets.</summary>
[Collection(LabCollection.Name)]
public sealed class StorageDrillTests
{
    [SkippableFact]
    public async Task A_bucket_that_refuses_is_found_by_the_test_of_the_environment_and_taken_notice_of_when_the_provider_lifts_it()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        var write = "Get-CivicQEnvironment lab | Test-CivicQEnvironment | Where-Object Component -eq Backups";
        Assert.Equal("True", Assert.Single(shop.Run(write).Output)!.Text("Passed"));
        var started = Assert.Single(shop.Run("Start-CivicQDrill BucketRefusing -Confirm:$false").Output)!;
        Assert.Equal(("True", "False"), (started.Text("Detected"), started.Text("Resolved")));

        var step = Assert.Single(shop.Run("Get-CivicQEnvironment lab | Test-CivicQEnvironment | Where-Object Passed -eq $false").Output)!;
        Assert.Equal(("Backups", "Write", "StorageFull"), (step.Text("Component"), step.Text("Check"), step.Text("ErrorId")));
        Assert.Contains(shop.Backups, step.Text("Target"), StringComparison.Ordinal);
        // What is in it can be read, and the other bucket is as it was.
        Assert.All(shop.Run("Get-CivicQHealth Storage -Environment lab").Output, result => Assert.Equal("Healthy", result!.Text("Status")));
        Assert.Equal("False", Assert.Single(shop.Run("Get-CivicQDrill BucketRefusing").Output)!.Text("Resolved"));

        await LiftAsync(shop.Backups);
        var drill = Assert.Single(shop.Run("Get-CivicQDrill BucketRefusing").Output)!;
        Assert.Equal(("True", ""), (drill.Text("Resolved"), drill.Text("ResolvedBy")));
        Assert.Equal("True", Assert.Single(shop.Run(write).Output)!.Text("Passed"));
        shop.Run("Get-CivicQDrill | Stop-CivicQDrill -Confirm:$false");
        // The looks have left nothing.
        var usage = Assert.Single(shop.Run($"Get-CivicQStorage {shop.Backups} -IncludeVersions -Environment lab").Output)!;
        Assert.Equal(("0", "0", "0"), (usage.Text("Objects"), usage.Text("NoncurrentVersions"), usage.Text("DeleteMarkers")));
    }

    [SkippableFact]
    public async Task A_bucket_that_refuses_takes_objects_again_when_the_drill_is_stopped()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        shop.Run("Start-CivicQDrill BucketRefusing -Confirm:$false");
        Assert.Equal("False", Assert.Single(shop.Run("Get-CivicQDrill | Stop-CivicQDrill -Confirm:$false").Output)!.Text("Resolved"));
        Assert.Equal("True", Assert.Single(shop.Run("Test-CivicQEnvironment lab | Where-Object Component -eq Backups").Output)!.Text("Passed"));
    }

    [SkippableFact]
    public async Task A_rotated_key_is_found_by_health_and_mended_by_putting_the_new_one_in_its_place()
    {
        using var shop = await StorageWorkspace.OpenAsync();
        shop.Run("Start-CivicQDrill ExpiredStorageCredential -Confirm:$false");
        var health = shop.Run("Get-CivicQHealth Storage -Environment lab").Output;
        Assert.Equal(2, health.Count);
        Assert.All(health, result => Assert.Equal(("Unhealthy", "StorageAccessDenied"), (result!.Text("Status"), result!.Text("ErrorId"))));
        Assert.Equal(["StorageAccessDenied", "StorageAccessDenied"], shop.Invoke("Get-CivicQStorage -Environment lab").ErrorIds());
        Assert.Equal(["StorageAccessDenied"], shop.Invoke($"Get-CivicQObjectVersion -Prefix videos/ -Bucket {shop.Media} -Environment lab").ErrorIds());
        var before = Assert.Single(shop.Run("Get-CivicQDrill").Output)!;
        Assert.Equal("False", before.Text("Resolved"));

        // What the remedy's pipe does, without PowerShell's own cmdlets for files.
        var file = before.Text("Detail").Split(' ')[^1].TrimEnd('.');
        Assert.Equal("storage-key", Path.GetFileName(file));
        Assert.DoesNotContain(await File.ReadAllTextAsync(file), before.Text("Detail"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, await File.ReadAllTextAsync(file + ".new") + "\n");
        Assert.Equal(("True", "True"), (Drill(shop).Text("Detected"), Drill(shop).Text("Resolved")));
        Assert.All(shop.Run("Get-CivicQHealth Storage -Environment lab").Output, result => Assert.Equal("Healthy", result!.Text("Status")));
        shop.Run("Stop-CivicQDrill -Confirm:$false");
        Assert.False(File.Exists(file + ".new"));
    }

    [SkippableFact]
    public async Task A_lab_is_removed_with_its_buckets_while_its_key_is_away()
    {
        string media;
        using (var shop = await StorageWorkspace.OpenAsync())
        {
            media = shop.Media;
            shop.Run("Start-CivicQDrill ExpiredStorageCredential, BucketRefusing -Confirm:$false");
        }

        // Disposing asserts that Stop-CivicQLab said nothing; the server agrees.
        using var answer = await SwiftAsync(HttpMethod.Head, media);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static object Drill(StorageWorkspace shop) => Assert.Single(shop.Run("Get-CivicQDrill").Output)!;

    // As the provider does, at the server itself.
    private static async Task LiftAsync(string bucket)
    {
        using var answer = await SwiftAsync(HttpMethod.Post, bucket, ("X-Remove-Container-Meta-Quota-Bytes", "x"));
        Assert.True(answer.IsSuccessStatusCode);
    }

    private static async Task<HttpResponseMessage> SwiftAsync(HttpMethod method, string bucket, params (string Name, string Value)[] headers)
    {
        var server = await S3Lab.GetAsync();
        using var client = new HttpClient { Timeout = TimeSpan.FromMinutes(1) };
        using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Endpoint, "auth/v1.0"));
        question.Headers.TryAddWithoutValidation("X-Auth-User", S3Lab.AccessKey);
        question.Headers.TryAddWithoutValidation("X-Auth-Key", S3Lab.SecretKey);
        using var signed = await client.SendAsync(question);
        using var request = new HttpRequestMessage(method, new Uri(server.Endpoint, "v1/AUTH_civicq/" + bucket));
        request.Headers.TryAddWithoutValidation("X-Auth-Token", signed.Headers.GetValues("X-Auth-Token").Single());
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await client.SendAsync(request);
    }
}
