using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Core.Drills.Storage;

/// <summary>Somebody deleted videos. The bucket has kept them, each below a delete marker.</summary>
public sealed class DeletedObjectDrill : StorageDrill
{
    private static readonly string[] Keys = [LabBuckets.Video(3), LabBuckets.Video(5), LabBuckets.Video(8)];

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "DeletedObject",
        Symptom = "Some videos no longer play: not found.",
        Injection = $"deletes {string.Join(", ", Keys)} in the lab's bucket of media",
        Hint = "Get-CivicQObjectVersion -Prefix videos/ -Deleted",
        Remedy = "Get-CivicQObjectVersion -Prefix videos/ -Deleted -Environment lab | Restore-CivicQObject",
        RemedyCmdlets = ["Restore-CivicQObject"],
        RemedyTrace = "videos/",
        Source = "runbook, Data Recovery: deleted media",
    };

    /// <inheritdoc/>
    private protected override Task InjectAsync(ObjectStore store, string bucket, CancellationToken cancellationToken) => store.DeleteAsync(bucket, Keys, cancellationToken);

    /// <inheritdoc/>
    private protected override async Task<DrillSighting> LookAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        var gone = new List<string>();
        foreach (var key in Keys)
        {
            if (await store.HeadAsync(bucket, key, versionId: null, cancellationToken).ConfigureAwait(false) is null)
            {
                gone.Add(key);
            }
        }

        return new DrillSighting(gone.Count > 0, gone.Count > 0 ? $"Deleted in {bucket}: {string.Join(", ", gone)}." : $"{string.Join(", ", Keys)} are there.");
    }

    /// <inheritdoc/>
    private protected override async Task ClearAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        using var restorer = await ObjectRestorer.OpenAsync(store.Context, bucket, cancellationToken).ConfigureAwait(false);
        foreach (var key in Keys)
        {
            var step = await restorer.PlanAsync(key, versionId: null, cancellationToken).ConfigureAwait(false);
            if (step.IsChange)
            {
                await restorer.RunAsync(step, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
