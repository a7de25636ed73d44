using System.Text;
using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Measures;
using CivicQ.Ops.Core.Storage;
using CivicQ.Ops.Core.Storage.Versions;

namespace CivicQ.Ops.Core.Drills.Storage;

/// <summary>A faulty job overwrote a video with an error page. The bucket has kept what was there before.</summary>
public sealed class OverwrittenObjectDrill : StorageDrill
{
    private static readonly string Key = LabBuckets.Video(2);
    private static readonly byte[] Garbage = Encoding.UTF8.GetBytes("<html><body>502 Bad Gateway</body></html>\n");

    /// <inheritdoc/>
    public override DrillDescription Description { get; } = new()
    {
        Name = "OverwrittenObject",
        Symptom = "One video does not play any more; it is there, and has hardly any length.",
        Injection = $"overwrites {Key} in the lab's bucket of media with an error page",
        Hint = $"Get-CivicQObjectVersion {Key}",
        Remedy = $"Get-CivicQObjectVersion {Key} -Environment lab | Where-Object IsLatest -eq $false | Select-Object -First 1 | Restore-CivicQObject",
        RemedyCmdlets = ["Restore-CivicQObject"],
        RemedyTrace = Key,
        Source = "runbook, Data Recovery: overwritten media",
    };

    /// <inheritdoc/>
    private protected override Task InjectAsync(ObjectStore store, string bucket, CancellationToken cancellationToken) =>
        store.PutAsync(bucket, Key, Garbage, "video/mp4", metadata: null, cancellationToken);

    /// <inheritdoc/>
    private protected override async Task<DrillSighting> LookAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        var found = await store.HeadAsync(bucket, Key, versionId: null, cancellationToken).ConfigureAwait(false);
        return new DrillSighting(
            found is null || found.SizeBytes == Garbage.Length,
            found is null ? $"{Key} is not there." : $"{Key} in {bucket} has {Measure.Bytes(found.SizeBytes)}, of {Display(found)}.");
    }

    /// <inheritdoc/>
    private protected override async Task ClearAsync(ObjectStore store, string bucket, CancellationToken cancellationToken)
    {
        using var restorer = await ObjectRestorer.OpenAsync(store.Context, bucket, cancellationToken).ConfigureAwait(false);
        await foreach (var versions in VersionLister.ListAsync(store, bucket, Key, exact: true, cancellationToken).ConfigureAwait(false))
        {
            if (versions[0].SizeBytes != Garbage.Length || versions.FirstOrDefault(version => version is { IsDeleteMarker: false } && version.SizeBytes != Garbage.Length) is not { } whole)
            {
                return;
            }

            await restorer.RunAsync(await restorer.PlanAsync(Key, whole.VersionId, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Display(ObjectInfo found) => found.LastModified.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
