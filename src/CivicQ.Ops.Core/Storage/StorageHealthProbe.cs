using System.Diagnostics;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Storage;

/// <summary>Asks each bucket for its first objects: is it there, may we read it, how fast does it answer.</summary>
public sealed class StorageHealthProbe : StorageProbe
{
    /// <inheritdoc/>
    public override string Component => "Storage";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<HealthResult>> CheckAsync(
        EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken)
    {
        using var client = await StorageConnector.ConnectAsync(context, cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(context.Environment.Storage!.Buckets.Select(async bucket =>
        {
            var clock = Stopwatch.StartNew();
            try
            {
                await BucketLister.MeasureAsync(client, bucket, pages: 1, cancellationToken, cancellationToken).ConfigureAwait(false);
                return thresholds.Judge(Component, "Access", clock.Elapsed.TotalSeconds, $"Bucket '{bucket}' answered in {Measure.Duration(clock.Elapsed)}.") with { Check = "Access " + bucket };
            }
            catch (OperationException error)
            {
                // One bucket that is missing says nothing about the others.
                return new HealthResult
                {
                    Component = Component, Check = "Access " + bucket, Status = HealthStatus.Unhealthy, Detail = error.Message,
                    NextStep = error.Definition.RecommendedAction, ErrorId = error.Definition.Id,
                };
            }
        })).ConfigureAwait(false);
    }
}
