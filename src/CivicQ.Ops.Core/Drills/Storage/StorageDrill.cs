using CivicQ.Ops.Core.Lab;
using CivicQ.Ops.Core.Storage;

namespace CivicQ.Ops.Core.Drills.Storage;

/// <summary>What drills of the lab's buckets have in common.</summary>
public abstract class StorageDrill : IDrill
{
    /// <inheritdoc/>
    public LabServerKind Server => LabServerKind.Storage;

    /// <inheritdoc/>
    public abstract DrillDescription Description { get; }

    /// <inheritdoc/>
    public Task InjectAsync(DrillContext context, CancellationToken cancellationToken) => WithAsync(context, async (store, bucket) =>
    {
        await InjectAsync(store, bucket, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken) =>
        WithAsync(context, (store, bucket) => LookAsync(store, bucket, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ClearAsync(DrillContext context, CancellationToken cancellationToken) => WithAsync(context, async (store, bucket) =>
    {
        await ClearAsync(store, bucket, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <summary>Brings the incident about in the bucket of media.</summary>
    private protected abstract Task InjectAsync(ObjectStore store, string bucket, CancellationToken cancellationToken);

    /// <summary>Looks whether it is there.</summary>
    private protected abstract Task<DrillSighting> LookAsync(ObjectStore store, string bucket, CancellationToken cancellationToken);

    /// <summary>Undoes what is left of it.</summary>
    private protected abstract Task ClearAsync(ObjectStore store, string bucket, CancellationToken cancellationToken);

    private static async Task<T> WithAsync<T>(DrillContext context, Func<ObjectStore, string, Task<T>> work, CancellationToken cancellationToken)
    {
        using var store = await ObjectStore.ConnectAsync(context.Environment, cancellationToken).ConfigureAwait(false);
        return await work(store, context.State.Storage!.Media).ConfigureAwait(false);
    }
}
