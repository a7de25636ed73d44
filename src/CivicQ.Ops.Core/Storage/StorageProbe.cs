using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Storage;

/// <summary>What the probes of the buckets have in common.</summary>
public abstract class StorageProbe : IHealthProbe
{
    /// <inheritdoc/>
    public abstract string Component { get; }

    /// <inheritdoc/>
    public string NextStep => StorageErrors.Unreachable.RecommendedAction;

    /// <inheritdoc/>
    public bool IsConfigured(CivicQEnvironment environment) => environment.Storage is { Buckets.Count: > 0 };

    /// <inheritdoc/>
    public abstract Task<IReadOnlyList<HealthResult>> CheckAsync(EnvironmentContext context, ThresholdSet thresholds, CancellationToken cancellationToken);
}
