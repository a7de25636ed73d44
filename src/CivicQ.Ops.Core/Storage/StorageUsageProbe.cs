using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Adds up what the buckets hold, as the manual's checklist does. A part of the daily check alone, for every object is listed.</summary>
public sealed class StorageUsageProbe : StorageProbe
{
    /// <inheritdoc/>
    public override string Component => "StorageUsage";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        using var client = await StorageConnector.ConnectAsync(context, cancellationToken).ConfigureAwait(false);
        // Stops a little before its own time-out, to tell what it has counted by then.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(context.Timeout * 0.8);
        var usages = await Task.WhenAll(
            context.Environment.Storage!.Buckets.Select(bucket => BucketLister.MeasureAsync(client, bucket, int.MaxValue, enough.Token, cancellationToken))).ConfigureAwait(false);
        var total = usages.Sum(usage => usage.TotalBytes);
        return
        [
            new HealthResult
            {
                Component = Component, Check = "Size", Status = HealthStatus.Healthy, Value = total, Unit = MeasureUnit.Bytes,
                Detail = string.Join("; ", usages.Select(usage =>
                    $"{usage.Bucket}: {(usage.Complete ? "" : "at least ")}{Measure.Format(usage.Objects, MeasureUnit.Count)} objects, {Measure.Bytes(usage.TotalBytes)}")) + ".",
            },
        ];
    }
}
