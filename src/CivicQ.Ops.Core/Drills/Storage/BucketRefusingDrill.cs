using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Drills.Storage;

/// <summary>The provider has the bucket of backups take nothing more: a policy, or a quota that is used up. What is in it can be read as before.</summary>
public sealed class BucketRefusingDrill : StorageDrill
{
    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "BucketRefusing",
        Symptom = "Since last night no backup has reached the bucket. What is in it can be read.",
        Injection = "has the lab's bucket of backups refuse new objects, by a bucket policy or, on OpenStack Swift, a quota",
        Hint = "Get-CivicQEnvironment lab | Test-CivicQEnvironment | Where-Object Passed -eq $false",
        Remedy = "Have the provider lift the policy or the quota (here: Get-CivicQDrill BucketRefusing | Stop-CivicQDrill); until then Backup-CivicQDatabase -Location Folder",
        Source = "manual, Backup Verification",
    };

    /// <inheritdoc/>
    private protected override string Bucket(LabStorage storage) => storage.Backups;

    /// <inheritdoc/>
    private protected override Task InjectAsync(ObjectStore store, string bucket, CancellationToken cancellationToken) => LabBucketGate.CloseAsync(store, bucket, cancellationToken);

    /// <inheritdoc/>
    private protected override async Task<DrillSighting> LookAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        try
        {
            await WriteProbe.RunAsync(store, bucket, "", cancellationToken).ConfigureAwait(false);
            return new DrillSighting(false, $"The bucket {bucket} takes objects.");
        }
        catch (OperationException error) when (error.Definition == StorageErrors.AccessDenied || error.Definition == StorageErrors.StorageFull)
        {
            return new DrillSighting(true, $"The bucket {bucket} refuses objects: {error.Message}");
        }
    }

    /// <inheritdoc/>
    private protected override Task ClearAsync(ObjectStore store, string bucket, CancellationToken cancellationToken) => LabBucketGate.OpenAsync(store, bucket, cancellationToken);
}
