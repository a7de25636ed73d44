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
    public Task InjectAsync(DrillContext context, CancellationToken cancellationToken) => WithAsync(context, own: true, async (store, bucket) =>
    {
        await InjectAsync(store, bucket, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<DrillSighting> LookAsync(DrillContext context, CancellationToken cancellationToken) =>
        WithAsync(context, own: false, (store, bucket) => LookAsync(store, bucket, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task ClearAsync(DrillContext context, CancellationToken cancellationToken) => WithAsync(context, own: true, async (store, bucket) =>
    {
        await ClearAsync(store, bucket, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    /// <summary>The bucket that it is about: that of media.</summary>
    private protected virtual string Bucket(LabStorage storage) => storage.Media;

    /// <summary>Brings the incident about in the bucket.</summary>
    private protected abstract Task InjectAsync(ObjectStore store, string bucket, CancellationToken cancellationToken);

    /// <summary>Looks whether it is there.</summary>
    private protected abstract Task<DrillSighting> LookAsync(ObjectStore store, string bucket, CancellationToken cancellationToken);

    /// <summary>Undoes what is left of it.</summary>
    private protected abstract Task ClearAsync(ObjectStore store, string bucket, CancellationToken cancellationToken);

    // With the lab's own key, or with that of the environment, which another drill may have taken away.
    private async Task<T> WithAsync<T>(DrillContext context, bool own, Func<ObjectStore, string, Task<T>> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var storage = context.State.Storage!;
        var environment = own
            ? context.Environment with { Environment = context.Environment.Environment with { Storage = LabBuckets.Settings(context.Store, storage, LabBuckets.SecretKey) } }
            : context.Environment;
        using var store = await ObjectStore.ConnectAsync(environment, cancellationToken).ConfigureAwait(false);
        return await work(store, Bucket(storage)).ConfigureAwait(false);
    }
}
